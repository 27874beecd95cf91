// The easel: before and after of one case, its regions and its changed pixels.
"use strict";
const cases = JSON.parse(document.getElementById("cases").textContent);
const $ = (id) => document.getElementById(id);

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

const routeClass = (route) => "route-" + route.replace(/[^a-z]/g, "");

const viewer = {
  at: -1,
  region: -1,
  regions: true,
  hole: false,

  show(index) {
    if (index === this.at) return;
    this.at = index;
    this.region = -1;
    const item = cases[index];
    const { before, after } = item.pictures;
    $("frame").hidden = !(before || after);
    $("nothing").hidden = Boolean(before && after);
    $("nothing").textContent = before || after ? "" : item.pictures.missing || "There is no picture.";
    $("nothing").hidden = Boolean(before || after);
    $("frame").classList.toggle("single", !(before && after));
    if (before || after) this.hang(item);
    $("t-before").disabled = $("t-after").disabled = !(before && after);
    this.split(before && after ? 50 : 0);
    this.draw();
    inspect(item, -1);
    if (item.regions.length) this.choose(item.worst);
  },

  hang(item) {
    const { before, after, hole, width, height } = item.pictures;
    $("frame").style.setProperty("--ratio", width / height);
    $("after").src = after || before;
    $("before").src = before || after;
    $("after").alt = (after ? "after: " : "before: ") + item.key;
    $("before").alt = "before: " + item.key;
    $("tag-after").textContent = after ? "after" : "before";
    if (hole) $("hole").src = hole;
    else $("hole").removeAttribute("src");
  },

  split(share) {
    $("split").value = share;
    $("frame").style.setProperty("--split", share + "%");
    $("split").setAttribute("aria-valuetext", Math.round(share) + "% before");
    $("tag-before").hidden = share < 12;
    $("tag-after").hidden = share > 88;
  },

  draw() {
    const item = cases[this.at];
    const svg = $("quads");
    svg.setAttribute("viewBox", `0 0 ${item.pictures.width || 1} ${item.pictures.height || 1}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.toggleAttribute("hidden", !this.regions);
    svg.replaceChildren(...item.regions.map((region, i) => this.polygon(region, i)));
    $("hole").hidden = !(this.hole && item.pictures.hole);
    $("t-hole").disabled = !item.pictures.hole;
    $("t-regions").disabled = !item.regions.length;
    $("t-regions").setAttribute("aria-pressed", this.regions);
    $("t-hole").setAttribute("aria-pressed", this.hole);
  },

  polygon(region, i) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
    node.setAttribute("points", region.quad.map((p) => p.join(",")).join(" "));
    const flags = (region.checks.length ? " flagged" : "") + (i === this.region ? " chosen" : "");
    node.setAttribute("class", routeClass(region.route) + flags);
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", `Region ${i + 1}, ${region.route || "no route"}`);
    node.addEventListener("click", () => dragged || this.choose(i));
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.choose(i); }
    });
    return node;
  },

  choose(i) {
    this.region = i;
    [...$("quads").children].forEach((node, n) => node.classList.toggle("chosen", n === i));
    inspect(cases[this.at], i);
  },

  toggle(layer) {
    this[layer] = !this[layer];
    this.draw();
  },
};

// A drag moves the edge; a press that does not move is left to the region under it.
let pressed = null;
let dragged = false;

function follow(event) {
  const box = $("frame").getBoundingClientRect();
  viewer.split(Math.min(100, Math.max(0, ((event.clientX - box.left) / box.width) * 100)));
}

function listenToDrag() {
  const frame = $("frame");
  frame.addEventListener("pointerdown", (event) => {
    if (event.button || frame.classList.contains("single")) return;
    pressed = event.clientX;
    dragged = false;
    if (event.target.tagName !== "polygon") follow(event);
  });
  addEventListener("pointermove", (event) => {
    if (pressed === null) return;
    if (Math.abs(event.clientX - pressed) > 3) dragged = true;
    if (dragged) follow(event);
  });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { pressed = null; });
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  $("split").addEventListener("input", (event) => viewer.split(Number(event.target.value)));
}
