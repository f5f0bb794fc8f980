// Warns before a sign-in ends. What was typed stays in this page's memory; nothing is kept anywhere else.
// Asking how long it lasts does not keep it: only the button does, or work in another tab.
(() => {
  const { left, whose, over: again, token: account } = document.currentScript.dataset;
  const part = (name) => document.getElementById(`staying${name}`);
  const box = part(""), title = part("-title"), text = part("-text"), clock = part("-clock"), said = part("-said");
  const stay = part("-stay"), leave = part("-leave"), link = part("-again");
  const WARNING = 120, SAID = [60, 30, 10]; // seconds before the end
  let end = Date.now() + left * 1000, state = "", typed = false, waiting = 0, spoken = 0, asked = Date.now();
  const seconds = () => Math.max(0, Math.round((end - Date.now()) / 1000));
  const show = (next, words, focus) => {
    state = next;
    title.textContent = title.dataset[next === "soon" ? "soon" : "over"];
    text.textContent = text.dataset[words];
    stay.hidden = words !== "soon";
    leave.hidden = next !== "soon";
    link.hidden = next === "soon";
    box.classList.toggle("over", next === "over");
    if (box.open) box.close(); // opened anew, it is read out anew
    box.showModal();
    focus.focus();
  };
  const tick = () => {
    const now = seconds();
    clock.textContent = `${Math.floor(now / 60)}:${String(now % 60).padStart(2, "0")}`;
    const due = SAID.filter((mark) => now <= mark).pop();
    if (due && due !== spoken) said.textContent = said.dataset.left.replace("{}", spoken = due);
    if (!now) ask();
  };
  const over = (words) => {
    if (!typed) return location.replace(again); // nothing to lose: what the page shows goes from the screen
    if (state === "over" && text.textContent === text.dataset[words]) return;
    clock.textContent = said.textContent = "";
    show("over", words, link);
  };
  const fresh = async () => { // forms of this page get the token of the new sign-in
    const page = new DOMParser().parseFromString(await (await fetch(account)).text(), "text/html");
    const value = page.querySelector("[name=csrf_token]").value;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = value;
  };
  const lasts = async (answer) => {
    if (answer.whose !== whose) return over("other");
    if (state === "over") await fresh();
    end = Date.now() + answer.left * 1000;
    if (seconds() > WARNING) {
      state = spoken = said.textContent = "";
      box.close();
    } else if (state !== "soon") {
      show("soon", answer.stays ? "soon" : "limit", (answer.stays ? stay : leave).querySelector("button"));
      tick();
    }
  };
  const ask = async (body) => {
    clearTimeout(waiting);
    asked = Date.now();
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(stay.action, body ? { method: "POST", body, headers } : { headers });
      if (answer.status === 401) over("over");
      else if (answer.ok) await lasts(await answer.json());
      else if (body) await fresh();
    } catch {
      if (!seconds()) over("over"); // no connection, and the time is up
    }
    clearTimeout(waiting);
    waiting = setTimeout(() => ask(), state ? 20000 : Math.max(1000, (seconds() - WARNING) * 1000));
  };
  stay.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(new URLSearchParams(new FormData(stay)));
  });
  box.addEventListener("cancel", (event) => {
    event.preventDefault(); // Escape is a sign of life
    if (state === "soon" && !stay.hidden) ask(new URLSearchParams(new FormData(stay)));
  });
  addEventListener("input", () => { typed = true; });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - asked > 5000) ask(); });
  addEventListener("focus", () => { if (state === "over") ask(); });
  setInterval(() => { if (state === "soon") tick(); }, 1000);
  waiting = setTimeout(() => ask(), Math.max(0, (left - WARNING) * 1000));
})();
