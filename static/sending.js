// Sends the answers until they arrive: without a connection they wait in this page's memory, nowhere else.
// Sending twice does no harm. Without script the form sends itself.
(() => {
  const form = document.getElementById("survey");
  const button = document.getElementById("send");
  const said = document.createElement("output"); // a screen reader reads out what is written here
  button.after(said);
  let busy = false, waiting = 0, other;
  const turn = (body) => { other = document.body; other.replaceWith(body); };
  const arrived = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    history.pushState(null, "", form.action); // going back shows the form, another link loads anew
    document.title = page.title;
    said.value = "";
    turn(page.body);
    scrollTo(0, 0);
    const heading = document.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus();
  };
  const send = async () => {
    if (busy) return;
    clearTimeout(waiting);
    waiting = 0;
    busy = true;
    said.value = button.dataset.sending;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout(30000) });
      if (answer.status >= 500) throw answer.status;
      if (answer.ok) arrived(await answer.text());
      else form.submit(); // nothing was taken, and the page that comes says what to do
    } catch {
      said.value = button.dataset.lost;
      waiting = setTimeout(send, 5000);
    }
    busy = false;
  };
  form.addEventListener("submit", (event) => {
    if (event.submitter !== button) return;
    event.preventDefault();
    send();
  });
  addEventListener("online", () => { if (waiting) send(); });
  addEventListener("popstate", () => { if (other) turn(other); });
})();
