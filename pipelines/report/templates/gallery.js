// Which cases are listed, in which order, and moving between them.
const strip = $("strip");
const cards = strip ? [...strip.querySelectorAll("li[data-case]")] : [];
let listed = [];
let drawn = null;

const orders = {
  severity: (a, b) => b.severity - a.severity || b.checks - a.checks,
  confidence: (a, b) => a.confidence - b.confidence,
  seconds: (a, b) => b.total - a.total,
  key: (a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
};

function matches(item) {
  const words = $("f-search").value.trim().toLowerCase();
  const is = (id, values) => !$(id) || !$(id).value || values.includes($(id).value);
  return is("f-status", [item.status]) && is("f-verdict", [item.verdict]) && is("f-route", item.routes) && is("f-format", [item.format])
    && (!$("f-check").checked || item.checks > 0)
    && (!words || item.searchable.includes(words));
}

function list() {
  const order = orders[$("f-sort").value];
  listed = cases.map((_, i) => i).filter((i) => matches(cases[i])).sort((a, b) => order(cases[a], cases[b]) || a - b);
  const place = new Set(listed);
  if (listed.join() !== drawn) {
    drawn = listed.join();
    // Only when something changes: a node moved between press and release gets no click.
    cards.forEach((card, i) => { card.hidden = !place.has(i); });
    listed.forEach((i) => strip.insertBefore(cards[i], $("empty")));
    $("empty").hidden = listed.length > 0;
  }
  $("shown").textContent = listed.length === cases.length ? `${cases.length} shown` : `${listed.length} of ${cases.length}`;
  if (listed.length && !place.has(viewer.at)) reveal(listed[0]);
  else mark();
}

function mark() {
  cards.forEach((card, i) => card.firstElementChild.setAttribute("aria-current", String(i === viewer.at)));
  const at = listed.indexOf(viewer.at);
  $("previous").disabled = at <= 0;
  $("next").disabled = at < 0 || at === listed.length - 1;
}

function reveal(index, scroll = true) {
  viewer.show(index);
  mark();
  if (!scroll) return;
  const card = cards[index], box = strip.getBoundingClientRect(), own = card.getBoundingClientRect();
  strip.scrollBy({ top: Math.min(0, own.top - box.top - 12) || Math.max(0, own.bottom - box.bottom + 12),
    left: Math.min(0, own.left - box.left - 12) || Math.max(0, own.right - box.right + 12) });
}

function step(by) {
  const to = listed[listed.indexOf(viewer.at) + by];
  if (to !== undefined) reveal(to);
}

const keys = {
  j: () => step(1), k: () => step(-1), r: () => viewer.toggle("regions"), m: () => viewer.toggle("hole"),
  b: () => $("t-before").disabled || viewer.split(100), a: () => $("t-after").disabled || viewer.split(0),
};

function start() {
  listenToDrag();
  strip.addEventListener("click", (event) => {
    const card = event.target.closest("li[data-case]");
    if (card) reveal(Number(card.dataset.case), false);
  });
  for (const event of ["input", "change"]) $("filters").addEventListener(event, list);
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("reset").addEventListener("click", () => { $("filters").reset(); list(); });
  for (const [id, key] of [["previous", "k"], ["next", "j"], ["t-regions", "r"], ["t-hole", "m"], ["t-before", "b"], ["t-after", "a"]]) {
    $(id).addEventListener("click", keys[key]);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("select, input:not([type=range], [type=checkbox])")) return;
    if (keys[event.key]) keys[event.key]();
  });
  list();
}

if (strip) start();

$("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
