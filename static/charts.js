/* "Explore" beside a chart: plotly takes the drawing's place, with the same rounded figures.
   Nothing is loaded before somebody asks; without this script the drawing and the table stay. */
(function () {
  "use strict";
  const own = document.currentScript.dataset;
  let library = null;

  class SignedOut extends Error {}

  function load(element, parent) {
    return new Promise(function (resolve, reject) {
      element.addEventListener("load", resolve, { once: true });
      element.addEventListener("error", reject, { once: true });
      parent.append(element);
    });
  }

  /* The rules come first, under the id and class with which plotly leaves styles alone. */
  async function loadLibrary() {
    const rules = document.createElement("link");
    rules.rel = "stylesheet";
    rules.id = "plotly.js-style-global";
    rules.className = "no-inline-styles";
    rules.href = own.rules;
    await load(rules, document.head);
    const script = document.createElement("script");
    script.src = own.plotly;
    await load(script, document.head);
  }

  function ready() {
    library = library || loadLibrary().catch(function (fault) { library = null; throw fault; });
    return library;
  }

  async function fetchFigure(address) {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (answer.status === 401) throw new SignedOut();
    if (!answer.ok) throw new Error(answer.status);
    return JSON.parse(inPageColours(await answer.text()));
  }

  /* Figures carry the colours of print; on the page each becomes the stylesheet's own, dark mode too. */
  function inPageColours(text) {
    const look = getComputedStyle(document.body);
    const names = { "#0f5c5c": "--teal", "#bcd8d4": "--pale", "#ffffff": "--sheet", "#5d6b69": "--mark", "#d9d5cb": "--line", "#22302f": "--ink" };
    return text.replace(/"(#[0-9a-f]{6})"/gi, function (whole, colour) {
      const name = names[colour.toLowerCase()];
      return name ? JSON.stringify(look.getPropertyValue(name).trim()) : whole;
    });
  }

  function dressed(figure, width) {
    const look = getComputedStyle(document.body);
    const font = { family: look.fontFamily, size: 14, color: look.getPropertyValue("--soft").trim() };
    const months = Array.from(new Set(figure.data.flatMap(function (trace) { return trace.x || []; })));
    const every = Math.max(1, Math.ceil(months.length * 40 / width));
    const named = months.filter(function (month, place) { return (months.length - 1 - place) % every === 0; });
    const below = { fixedrange: true, tickangle: 0, tickmode: "array", tickvals: named,
      ticktext: named.map(function (month) { return month.replace(" ", "<br>"); }), tickfont: { size: 12 } };
    return Object.assign({}, figure.layout, {
      autosize: true, dragmode: false, font: font,
      xaxis: Object.assign({}, figure.layout.xaxis, below),
      yaxis: Object.assign({}, figure.layout.yaxis, { fixedrange: true })
    });
  }

  async function draw(figure, place) {
    const both = await Promise.all([fetchFigure(figure.dataset.figure), ready()]);
    place.hidden = false;
    await window.Plotly.newPlot(place, both[0].data, dressed(both[0], place.clientWidth - 80), { displayModeBar: false, responsive: true });
  }

  function connect(figure) {
    const button = figure.querySelector(".explore");
    const note = figure.querySelector(".figure-note");
    const drawing = figure.querySelector(".drawing");
    const place = figure.querySelector(".explored");
    let drawn = false;

    function show(explored) {
      drawing.hidden = explored;
      place.hidden = !explored;
      button.textContent = explored ? own.back : own.explore;
      note.textContent = "";
    }

    button.hidden = false;
    button.addEventListener("click", async function () {
      if (drawn) return show(place.hidden);
      note.textContent = own.loading;
      try {
        await draw(figure, place);
        drawn = true;
        show(true);
      } catch (fault) {
        place.hidden = true;
        note.textContent = fault instanceof SignedOut ? own.out : own.failed;
      }
    });
  }

  document.querySelectorAll("figure[data-figure]").forEach(connect);
}());
