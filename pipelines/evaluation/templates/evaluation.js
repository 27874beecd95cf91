// Sorting, filtering, and a closer look that flips between the views of one case at the same place.
"use strict";
const $ = (id) => document.getElementById(id);
const list = $("list");
const cases = list ? [...list.children] : [];
const worst = (node, order) => Number(node.getAttribute("data-" + order.replaceAll("_", "-")));

function matches(node) {
  const is = (id, value) => !$(id) || !$(id).value || $(id).value === value;
  const words = $("f-search").value.trim().toLowerCase();
  return is("f-kind", node.dataset.kind) && is("f-found", node.dataset.found)
    && (!words || (node.querySelector("h3").textContent + node.querySelector(".why ul").textContent).toLowerCase().includes(words));
}

function arrange() {
  const order = $("f-sort").value;
  const sorted = cases.map((node, i) => [node, i]).sort((a, b) => worst(b[0], order) - worst(a[0], order) || a[1] - b[1]);
  list.append(...sorted.map((pair) => pair[0]));
  for (const node of cases) node.hidden = !matches(node);
  const shown = cases.filter((node) => !node.hidden).length;
  $("shown").textContent = shown === cases.length ? `${shown} shown` : `${shown} of ${cases.length}`;
  $("empty").hidden = shown > 0;
}

const closer = {
  figures: [],
  at: 0,

  open(figure) {
    this.figures = [...figure.parentElement.children];
    $("closer-key").textContent = figure.closest(".case").querySelector("h3").textContent;
    this.show(this.figures.indexOf(figure));
    $("closer").showModal();
  },

  show(at) {
    this.at = (at + this.figures.length) % this.figures.length;
    const figure = this.figures[this.at];
    $("closer-picture").src = figure.querySelector("img").src;
    $("closer-picture").alt = figure.querySelector("img").alt;
    $("closer-caption").textContent = figure.querySelector("figcaption").textContent;
  },
};

function start() {
  for (const event of ["input", "change"]) $("controls").addEventListener(event, arrange);
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const figure = event.target.closest("figure");
    if (figure) closer.open(figure);
  });
  $("closer-back").addEventListener("click", () => closer.show(closer.at - 1));
  $("closer-on").addEventListener("click", () => closer.show(closer.at + 1));
  $("closer-close").addEventListener("click", () => $("closer").close());
  $("closer").addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) { event.preventDefault(); closer.show(closer.at + by); }
  });
  $("closer").addEventListener("click", (event) => { if (event.target === $("closer")) $("closer").close(); });
  arrange();
}

if (list) start();

$("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
