// What is on record about a case and one of its regions. Text only ever enters the page as text.
const figure = (value) => (typeof value === "number" ? Number(value.toPrecision(3)).toString() : String(value));

function pairs(values, over = {}) {
  return make("dl", { class: "pairs" }, ...Object.entries(values).flatMap(([name, value]) => [
    make("dt", {}, name), make("dd", over[name] ? { class: "over" } : {}, figure(value)),
  ]));
}

function titled(title, values, over) {
  return Object.keys(values).length ? [make("h3", {}, title), pairs(values, over)] : [];
}

function crop(item, region, name) {
  const { width, height } = item.pictures;
  const xs = region.quad.map((p) => p[0]), ys = region.quad.map((p) => p[1]);
  const margin = 0.25 * Math.max(Math.min(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)), 24);
  const x = Math.max(0, Math.min(...xs) - margin), y = Math.max(0, Math.min(...ys) - margin);
  const w = Math.max(8, Math.min(width, Math.max(...xs) + margin) - x);
  const h = Math.max(8, Math.min(height, Math.max(...ys) + margin) - y);
  const room = Math.min(Math.max($("inspector").clientWidth - 72, 200), 560);
  const scale = Math.min(room / w, 190 / h, 6);
  const picture = make("img", { src: item.pictures[name], alt: `${name}, region` });
  const box = make("div", { class: "crop" }, picture);
  box.style.width = w * scale + "px";
  box.style.height = h * scale + "px";
  picture.style.width = width * scale + "px";
  picture.style.height = height * scale + "px";
  picture.style.left = -x * scale + "px";
  picture.style.top = -y * scale + "px";
  return make("figure", {}, make("figcaption", {}, name), box);
}

// What the verifier said of a filling: the risk, before and after the gate, the way there, and each failure.
function verdictDetails(verdict, path) {
  if (!verdict) return [];
  const failures = Object.entries(verdict.failures).sort((a, b) => b[1] - a[1]);
  const risk = [make("b", { class: verdict.passed ? "good" : "over" }, figure(verdict.risk))];
  if (verdict.first !== verdict.risk) risk.unshift(make("span", { class: "dim" }, `${figure(verdict.first)} → `));
  const nodes = [make("h3", {}, "Verifier"), make("dl", { class: "pairs" }, make("dt", {}, "risk"), make("dd", {}, ...risk))];
  if (path.length) nodes.push(make("ol", { class: "path", "aria-label": "Way through the gate" },
    ...path.map((step) => make("li", { class: "step-" + step.replace(/[^a-z]/g, "") }, step))));
  if (failures.length) nodes.push(make("dl", { class: "pairs failures-of" }, ...failures.flatMap(([name, value], i) => [
    make("dt", {}, name.replace("_", " ")),
    make("dd", !verdict.passed && i === 0 ? { class: "over" } : {}, figure(value)),
  ])));
  return nodes;
}

function regionDetails(item, region) {
  const { before, after } = item.pictures;
  const nodes = [];
  if (before && after) nodes.push(make("div", { class: "crops" }, crop(item, region, "before"), crop(item, region, "after")));
  for (const check of region.checks) nodes.push(make("p", { class: "warning" }, check));
  if (!region.checks.some((check) => check.includes(region.reason))) nodes.push(make("p", { class: "why" }, region.reason));
  const facts = { route: region.route, generator: region.generator || "none", confidence: region.confidence, kind: region.kind };
  nodes.push(...verdictDetails(region.verdict, region.path));
  nodes.push(...titled("Decision", facts), ...titled("Scores", region.scores, region.over), ...titled("Features", region.features));
  return nodes;
}

function chip(region, i, chosen, short) {
  const label = short ? `${i + 1}` : `${i + 1} ${region.route || "region"}`;
  const title = `Region ${i + 1}: ${region.route || "no route"}`;
  return make("button", { type: "button", class: routeClass(region.route), title, "aria-label": title, "aria-pressed": String(i === chosen), onclick: () => viewer.choose(i) },
    make("i", { class: "dot" }), make("span", region.checks.length ? { class: "flagged" } : {}, label));
}

function inspect(item, chosen) {
  const shape = item.width ? `${item.width} × ${item.height}` : "";
  const nodes = [
    make("h2", { id: "case-key" }, item.key),
    make("p", { class: "meta" }, [item.format, shape, item.name].filter(Boolean).join(" · ")),
    make("p", { class: "status" }, make("i", { class: "dot status-" + item.status }), item.status,
      item.verdict ? make("b", { class: "badge verdict-" + item.verdict }, item.verdict)
        : item.checks ? make("b", { class: "badge" }, "check") : null),
  ];
  if (item.doubt) nodes.push(make("p", { class: "why" }, item.doubt[0].toUpperCase() + item.doubt.slice(1) + "."));
  const why = item.error_class ? `${item.error_class}: ${item.error_message}` : item.reason;
  if (why) nodes.push(make("p", { class: "why" }, why));
  if (item.pictures.missing) nodes.push(make("p", { class: "why" }, item.pictures.missing));
  if (item.regions.length) {
    nodes.push(make("h3", {}, item.region_count === 1 ? "1 region" : `${item.region_count} regions`));
    const many = item.regions.length > 9;
    nodes.push(make("div", { class: many ? "chips many" : "chips" }, ...item.regions.map((r, i) => chip(r, i, chosen, many))));
    if (item.region_count > item.regions.length) nodes.push(make("p", { class: "why" }, `The ${item.regions.length} with the worst scores are shown.`));
  }
  if (chosen >= 0) nodes.push(...regionDetails(item, item.regions[chosen]));
  const own = item.pictures.changed === null ? {} : { "changed pixels": (100 * item.pictures.changed).toPrecision(3) + "%" };
  nodes.push(...titled("Picture", { ...own, ...item.measures }), ...titled("Seconds", item.seconds));
  $("inspector").replaceChildren(...nodes);
}
