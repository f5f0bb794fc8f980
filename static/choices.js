// Follow-ups appear where they apply, questions are drawn by lot, "none of these" stands alone.
(() => {
  const form = document.getElementById("survey");
  const show = (group, shown) => { group.hidden = group.disabled = !shown; };
  const apply = () => {
    for (const group of form.querySelectorAll("[data-if]")) {
      const given = [...form.elements].filter((each) => each.name === group.dataset.if && each.checked);
      const values = group.dataset.is.split(" ");
      show(group, given.some((each) => values.includes(each.value) && !each.closest("fieldset").hidden));
    }
  };
  const draw = () => { // what is answered or marked already stays in sight
    const lots = [...form.querySelectorAll("[data-lot]")].map((group) => [
      group.querySelector(":checked, .wrong") ? -1 : crypto.getRandomValues(new Uint32Array(1))[0], group,
    ]);
    lots.sort((one, other) => one[0] - other[0]);
    lots.forEach(([place, group], index) => show(group, place < 0 || index < form.dataset.ask));
  };
  form.addEventListener("change", ({ target }) => {
    if (target.type === "checkbox" && target.checked) {
      for (const each of target.closest("fieldset").querySelectorAll(":checked")) {
        if (each !== target && ("alone" in target.dataset || "alone" in each.dataset)) each.checked = false;
      }
    }
    apply();
  });
  draw();
  apply();
  addEventListener("pageshow", apply);
})();
