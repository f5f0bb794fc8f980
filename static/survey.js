// Moves the code from the link into the form; keeps nothing anywhere else.
(() => {
  const take = () => {
    const field = document.getElementById("token");
    if (!field || field.type === "hidden") return;
    const code = location.hash.slice(1);
    if (/^([\w-]{56}|[0-9A-Za-z]{12})$/.test(code)) {
      field.value = code;
      history.replaceState(null, "", location.pathname);
    }
    document.getElementById("code").hidden = field.value && !field.hasAttribute("aria-invalid");
  };
  take();
  addEventListener("pageshow", take);
  addEventListener("hashchange", take);
  addEventListener("keydown", (event) => { // Enter sends no half-filled form
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
  });
})();
