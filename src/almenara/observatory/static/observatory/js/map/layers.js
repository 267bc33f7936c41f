// The map's own style: sea, territories by class, patterns, borders, the names of departments. Nothing from outside.

import { sources, toldApart } from "./detail.js";

const HATCHED = ["any", ["==", ["get", "reliability"], "C"], ["==", ["get", "status"], "withheld"]];
const NO_CENSUS = ["==", ["get", "status"], "no_census"];
const DIMMED = 0.18;

export function style(config, names) {
  return {
    version: 8,
    sources: {
      ...sources(config),
      names: { type: "geojson", data: names },
    },
    layers: [{ id: "sea", type: "background", paint: { "background-color": "#dfe8ed" } }],
  };
}

// Types have numbers and spots words: both are compared as words.
function colour({ property, items, without }) {
  const steps = items.flatMap((item) => [String(item.key), item.colour]);
  return ["match", ["to-string", ["get", property]], ...steps, without];
}

export function addLayers(map, config, territories) {
  const add = (layer) => map.addLayer(layer);
  // Borders are lines of their own: a fill's smooth edge would draw each of them twice more.
  const fill = (id, paint, filter = true) =>
    add({ id, type: "fill", source: "areas", filter, paint: { "fill-antialias": false, ...paint } });
  fill("areas", { "fill-color": colour(config.layer) });
  fill("no-data", { "fill-pattern": "dots" }, NO_CENSUS);
  // A type says what a municipality is made of: it does not hang on how sure its value is.
  const hatched = config.layer.name === "types" ? false : HATCHED;
  fill("unreliable", { "fill-pattern": "hatch" }, hatched);
  add({
    id: "borders",
    type: "line",
    source: "borders",
    minzoom: toldApart(config.bounds, territories),
    paint: { "line-color": "#ffffff", "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.2, 9, 1] },
  });
  add({
    id: "department-borders",
    type: "line",
    source: "borders",
    filter: ["==", ["get", "between"], "departments"],
    paint: { "line-color": "#16202e", "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.4, 9, 1.6] },
  });
  add({
    id: "hovered",
    type: "line",
    source: "areas",
    paint: {
      "line-color": "#16202e",
      "line-width": ["case", ["boolean", ["feature-state", "hover"], false], 2.5, 0],
      "line-opacity": 1, // drawn once while the map opens, all of no width: else who points first waits for it
      "line-opacity-transition": { duration: 0 },
    },
  });
  add({
    id: "chosen",
    type: "line",
    source: "areas",
    filter: ["==", ["get", "code"], ""],
    paint: { "line-color": "#0b62b0", "line-width": 4 },
  });
  add(namesLayer());
}

function namesLayer() {
  return {
    id: "department-names",
    type: "symbol",
    source: "names",
    layout: {
      "text-field": ["get", "name"],
      "text-font": ["sans-serif"],
      "text-size": 12,
      "text-max-width": 8,
      "text-padding": 6,
    },
    paint: { "text-color": "#16202e", "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
  };
}

// Territories outside the filter stay, faint, so that the country keeps its shape.
export function applyFilter(map, { department, ...wanted }) {
  const inside = ["all"];
  if (department) inside.push(["==", ["get", "parent"], department]);
  for (const property of ["class", "spot", "type"]) {
    if (wanted[property]) inside.push(["==", ["to-string", ["get", property]], wanted[property]]);
  }
  const opacity = inside.length === 1 ? 1 : ["case", inside, 1, DIMMED];
  for (const layer of ["areas", "no-data", "unreliable"]) {
    map.setPaintProperty(layer, "fill-opacity", opacity);
  }
}

// Nothing is pointed at while the map moves; and while nothing is, the lines of all territories are not drawn at all.
export function point(map, code, before) {
  if (before) map.setFeatureState({ source: "areas", id: before }, { hover: false });
  if (code) map.setFeatureState({ source: "areas", id: code }, { hover: true });
  map.setPaintProperty("hovered", "line-opacity", code ? 1 : 0);
}

export function mark(map, code) {
  map.setFilter("chosen", ["==", ["get", "code"], code]);
}
