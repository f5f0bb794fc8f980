// Points out, once and below the box, what looks like a name, a phone number or a date.
// Looks at the words on this page only: nothing is sent, nothing is kept, and nothing is held back.
(() => {
  const PHONE = /(?:\d[ ().-]{0,2}){7}/;
  const DATE = /\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b(?!\d+\/(?:5|10)\b)\d{1,2}\/\d{1,2}\b/; // 10/10 is praise
  const MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic)[a-z]*";
  const NUMBER = "\\d{1,2}(?:st|nd|rd|th)?";
  const DAY = new RegExp(`\\b${MONTH}\\.? ${NUMBER}\\b|\\b${NUMBER}(?: of| de)? ${MONTH}\\b`, "i");
  const NAME = /(?:^|[^\p{L}])(?:Dra?|Mrs?|Ms|Sra?|[Dd]octora?|[Nn]urse|[Nn]amed?(?: is)?|[Mm]e llamo|[Ss]eñora?|[Dd]on|[Dd]oña)\.? \p{Lu}\p{Ll}/u;
  const text = document.getElementById("send").dataset.telling;
  for (const box of document.querySelectorAll("textarea")) {
    const hint = document.createElement("output"); // read out politely, when it changes
    hint.className = "soft";
    box.after(hint);
    const look = () => {
      const told = [PHONE, DATE, DAY, NAME].some((form) => form.test(box.value)) ? text : "";
      if (hint.value !== told) hint.value = told;
    };
    box.addEventListener("input", look);
    look();
  }
})();
