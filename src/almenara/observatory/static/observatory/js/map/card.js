// The card of the chosen territory and the line under the pointer.

import { fill } from "./numbers.js";

function element(tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}

export function summary(area, config, number) {
  if (area.status !== "estimate") return config.texts[area.status];
  return fill(config.texts.riskLine, { risk: number.value(area.risk), class: className(area, config) });
}

function className(area, config) {
  return named(config.classes, area.class);
}

function named(items, key) {
  return items.find((item) => item.key === key)?.name;
}

function facts(area, config, number) {
  const { texts } = config;
  const ends =
    area.ci_low === undefined
      ? undefined
      : fill(texts.range, { low: number.bare(area.ci_low), high: number.value(area.ci_high) });
  const rows = [
    [texts.risk, number.value(area.risk)],
    [texts.interval, ends],
    [texts.class, className(area, config)],
    [fill(texts.children, { year: area.children_year }), number.count(area.children)],
    [texts.expected, area.expected === undefined ? undefined : number.count(area.expected)],
    [texts.rank, fill(texts.rankOf, { rank: number.count(area.rank), total: number.count(config.total) })],
    [texts.spot, named(config.spots, area.spot)],
    [texts.type, named(config.types, area.type)],
  ];
  const list = element("dl", undefined, "facts");
  for (const [term, value] of rows) {
    if (value !== undefined) list.append(element("dt", term), element("dd", value));
  }
  return list;
}

export function card(area, config, number, close) {
  const head = element("div", undefined, "map-card__head");
  const title = element("h2", area.name);
  const button = element("button", "×", "map-card__close");
  button.type = "button";
  button.setAttribute("aria-label", config.texts.close);
  button.addEventListener("click", close);
  head.append(title, button);

  const nodes = [head];
  if (area.parentName) nodes.push(element("p", area.parentName, "eyebrow"));
  if (area.status === "estimate") {
    nodes.push(facts(area, config, number), element("p", config.texts.intervalHolds, "note"));
    if (area.reliability === "C") nodes.push(element("p", config.texts.unreliable, "note"));
  } else {
    nodes.push(element("p", config.texts[area.status]));
  }
  const link = element("a", config.texts.openSheet, "button");
  link.href = config.sheet.replace("CODE", encodeURIComponent(area.code));
  nodes.push(link);
  return nodes;
}
