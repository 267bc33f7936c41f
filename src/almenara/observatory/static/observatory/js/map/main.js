// The risk map: MapLibre on the page's own data, with the address as its memory.

import * as address from "./address.js";
import { card, summary } from "./card.js";
import { combobox } from "./combobox.js";
import { level, refine } from "./detail.js";
import { addLayers, applyFilter, mark, point, style } from "./layers.js";
import { numbers } from "./numbers.js";
import { addPatterns } from "./patterns.js";

const container = document.getElementById("map");
const config = { ...JSON.parse(document.getElementById("map-config").textContent), ...container.dataset };
const panel = document.getElementById("map-card");
const hover = document.getElementById("map-hover");
const form = document.getElementById("filters");
const number = numbers(config.locale, config.unit, config.texts.points);

const { boxes, load, span } = self.almenaraArcs;

function corners([west, south, east, north]) {
  return [
    [west, south],
    [east, north],
  ];
}

function namesOf(departments) {
  const features = departments.map(({ name, label_point }) => ({
    type: "Feature",
    properties: { name },
    geometry: { type: "Point", coordinates: label_point },
  }));
  return { type: "FeatureCollection", features };
}

function createMap(names) {
  return new maplibregl.Map({
    container,
    style: style(config, names),
    bounds: config.bounds,
    fitBoundsOptions: { padding: 16 },
    hash: "map",
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    cooperativeGestures: matchMedia("(pointer: coarse)").matches,
    locale: config.texts.map,
    renderWorldCopies: false,
    fadeDuration: 0,
  });
}

class RiskMap {
  constructor(map, { topology, records, departments }) {
    this.map = map;
    const names = new Map(departments.map(({ code, name }) => [code, name]));
    const extents = boxes(topology);
    this.areas = new Map(
      records.map((area, i) => [area.code, { ...area, parentName: names.get(area.parent), box: extents[i] }]),
    );
    this.departments = new Map();
    for (const { parent, box } of this.areas.values()) {
      this.departments.set(parent, span([box, ...(this.departments.has(parent) ? [this.departments.get(parent)] : [])]));
    }
    this.hovered = null;
  }

  choose(code, { move = true } = {}) {
    const area = this.areas.get(code);
    if (!area) return this.close();
    mark(this.map, code);
    address.write({ territory: code });
    panel.replaceChildren(...card(area, config, number, () => this.close()));
    panel.hidden = false;
    if (move) this.map.fitBounds(corners(area.box), { padding: 80, maxZoom: 9, duration: 600 });
  }

  close() {
    mark(this.map, "");
    address.write({ territory: "" });
    panel.hidden = true;
    panel.replaceChildren();
  }

  filter(state, { move = true } = {}) {
    applyFilter(this.map, state);
    if (!move) return;
    const target = this.departments.get(state.department);
    const box = target ? corners(target) : config.bounds;
    this.map.fitBounds(box, { padding: 16, duration: 600 });
  }

  point(feature) {
    const code = feature?.properties.code ?? null;
    if (code === this.hovered) return;
    point(this.map, code, this.hovered);
    this.hovered = code;
    this.map.getCanvas().classList.toggle("is-pointing", Boolean(code));
    this.describe(code);
  }

  describe(code) {
    hover.hidden = !code;
    if (!code) return;
    const area = this.areas.get(code);
    const name = document.createElement("strong");
    name.textContent = area.name;
    hover.replaceChildren(name, summary(area, config, number));
  }
}

function listen(view) {
  const { map } = view;
  const under = ({ point }) => map.queryRenderedFeatures(point, { layers: ["areas"] })[0];
  map.on("mousemove", (event) => map.isMoving() || view.point(under(event)));
  map.on("mouseout", () => view.point(null));
  map.on("movestart", () => view.point(null));
  map.on("click", "areas", (event) => view.choose(event.features[0].properties.code, { move: false }));
  container.addEventListener("keydown", (event) => event.key === "Escape" && view.close());
  form.addEventListener("change", () => {
    const names = ["department", "class", "spot", "type"];
    const state = Object.fromEntries(names.map((name) => [name, form.elements[name]?.value ?? ""]));
    address.write(state);
    view.filter(state);
  });
}

// Another layer or class is another page: its map opens at the same place.
function keepPosition() {
  for (const link of document.querySelectorAll("a[data-layer], a.legend__item")) {
    link.addEventListener("click", () => {
      link.hash = location.hash;
      const query = new URLSearchParams(link.search);
      query.set("view", "live");
      link.search = query;
    });
  }
}

function search(view) {
  combobox({
    input: document.getElementById("map-search"),
    list: document.getElementById("map-search-list"),
    status: document.getElementById("map-search-status"),
    texts: config.texts,
    places: [...view.areas.values()],
    choose: (code) => view.choose(code),
  });
}

// shown: called once there is something to see.
export async function start(shown) {
  const data = await load(level(config, 0));
  shown();
  document.getElementById("map-frame").hidden = false;
  document.getElementById("map-tools").hidden = false;
  const placed = location.hash.includes("map="); // read first: the map writes its own position there
  maplibregl.setWorkerUrl(config.worker);
  await maplibregl.importScriptInWorkers(new URL(config.arcs, location.href).href);
  const map = createMap(namesOf(data.departments));
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.getCanvas().setAttribute("aria-label", config.texts.canvas);
  await map.once("load");
  addPatterns(map);
  addLayers(map, config, data.records.length);
  refine(map, config);
  const view = new RiskMap(map, data);
  map.once("idle", () => view.hovered || point(map, null, null));
  listen(view);
  keepPosition();
  search(view);
  address.write({ view: "live" });
  const state = address.read();
  view.filter(state, { move: !placed && Boolean(state.department) });
  if (state.territory) view.choose(state.territory, { move: !placed });
  container.riskMap = view;
  container.dataset.ready = "true";
}
