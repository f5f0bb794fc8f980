// Moves the code from the link into the form and cleans the address bar. Keeps nothing anywhere else.
(() => {
  const take = () => {
    const field = document.getElementById("token");
    if (!field) return;
    const code = location.hash.slice(1);
    if (/^[\w-]{56}$/.test(code)) {
      field.value = code;
      history.replaceState(null, "", location.pathname);
    }
    if (field.value && !field.hasAttribute("aria-invalid")) {
      field.type = "hidden";
      document.getElementById("code").hidden = true;
    }
  };
  take();
  addEventListener("pageshow", take);
  addEventListener("hashchange", take);
})();
