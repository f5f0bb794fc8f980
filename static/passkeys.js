// Asks the browser for a passkey: to sign in, or to add one to an account. Every page works by password without it.
(() => {
  if (!window.PublicKeyCredential) return;
  const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const ask = async (form) => {
    const body = new URLSearchParams(new FormData(form));
    const reply = await fetch(form.dataset.begin, { method: "POST", body, headers: { Accept: "application/json" } });
    const options = await reply.json();
    if (!reply.ok) return { problem: options.problem };
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const each of options.excludeCredentials || []) each.id = bytes(each.id);
    const found = await navigator.credentials[form.dataset.passkey]({ publicKey: options });
    const held = PARTS.filter((part) => found.response[part]).map((part) => [part, text(found.response[part])]);
    return { id: found.id, rawId: text(found.rawId), type: found.type, response: Object.fromEntries(held) };
  };
  const use = async (form, said, button) => {
    said.textContent = "";
    button.disabled = true;
    try {
      const answer = await ask(form);
      if (answer.response) {
        form.elements.answer.value = JSON.stringify(answer);
        if (form.elements.password) form.elements.password.disabled = true; // it was checked already
        return form.submit();
      }
      said.textContent = answer.problem || form.dataset.failed;
    } catch {
      said.textContent = form.dataset.failed; // cancelled, none found, or no connection
    }
    button.disabled = false;
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      use(form, form.querySelector("[role=status]"), form.querySelector("button"));
    });
  }
})();
