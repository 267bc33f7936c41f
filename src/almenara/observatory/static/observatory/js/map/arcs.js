// Boundaries sent as arcs: observatory/arcs.py says what the bytes mean. A plain script, for the page and for MapLibre's
// workers alike: these make the polygons, so that the page itself never waits for them.

"use strict";

(() => {
  function reader(octets) {
    let at = 0;
    const number = () => {
      let value = 0;
      let shift = 0;
      for (;;) {
        const octet = octets[at++];
        value |= (octet & 127) << shift;
        if (octet < 128) return value >>> 0;
        shift += 7;
      }
    };
    return { number, signed: () => signed(number()) };
  }

  function signed(number) {
    return (number >>> 1) ^ -(number & 1);
  }

  function list(read, item) {
    return Array.from({ length: read.number() }, item);
  }

  // arcs: lists of [longitude, latitude]; shapes: of each its polygons, their rings, and of these the arcs, -1 - n for
  // arc n walked backwards.
  function decode(buffer, step) {
    const read = reader(new Uint8Array(buffer));
    let [x, y, arc] = [0, 0, 0];
    const point = () => {
      x += read.signed();
      y += read.signed();
      return [round(x * step), round(y * step)];
    };
    const walk = () => {
      const number = read.number();
      arc += signed(number >>> 1);
      return number & 1 ? -1 - arc : arc;
    };
    const arcs = list(read, () => list(read, point));
    const shapes = list(read, () => list(read, () => list(read, () => list(read, walk))));
    return { arcs, shapes };
  }

  function round(degrees) {
    return Math.round(degrees * 1e6) / 1e6;
  }

  const arcOf = (walk) => (walk < 0 ? -1 - walk : walk);

  function ring(walks, arcs) {
    const points = [];
    for (const walk of walks) {
      const arc = walk < 0 ? [...arcs[arcOf(walk)]].reverse() : arcs[walk];
      for (let i = 0; i < arc.length - 1; i++) points.push(arc[i]);
    }
    points.push(points[0]);
    return points;
  }

  // Columns → a record each; what a record has no value of is left out.
  function rows(columns) {
    const names = Object.keys(columns);
    return columns.code.map((_, i) =>
      Object.fromEntries(names.filter((name) => columns[name][i] !== null).map((name) => [name, columns[name][i]])),
    );
  }

  function areas({ arcs, shapes }, records) {
    const features = shapes.map((polygons, i) => ({
      type: "Feature",
      properties: records[i],
      geometry: {
        type: "MultiPolygon",
        coordinates: polygons.map((rings) => rings.map((walks) => ring(walks, arcs))),
      },
    }));
    return { type: "FeatureCollection", features };
  }

  // Every border once; a department's is one whose two sides lie in different departments, or that has one side only.
  function borders({ arcs, shapes }, records) {
    const sides = arcs.map(() => []);
    shapes.forEach((polygons, i) =>
      polygons.flat(2).forEach((walk) => sides[arcOf(walk)].push(records[i].parent)),
    );
    const outer = (found) => found.length < 2 || found[0] !== found[1];
    const lines = (wanted) => ({
      type: "Feature",
      properties: { between: wanted ? "departments" : "municipalities" },
      geometry: {
        type: "MultiLineString",
        coordinates: arcs.filter((_, number) => outer(sides[number]) === wanted),
      },
    });
    return { type: "FeatureCollection", features: [lines(false), lines(true)] };
  }

  // West, south, east, north of each shape.
  function boxes({ arcs, shapes }) {
    const ofArcs = arcs.map((arc) => span(arc.map(([x, y]) => [x, y, x, y])));
    return shapes.map((polygons) => span(polygons.flat(2).map((walk) => ofArcs[arcOf(walk)])));
  }

  function span(parts) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [west, south, east, north] of parts) {
      box[0] = Math.min(box[0], west);
      box[1] = Math.min(box[1], south);
      box[2] = Math.max(box[2], east);
      box[3] = Math.max(box[3], north);
    }
    return box;
  }

  async function fetched(address, as) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return response[as]();
  }

  async function load({ boundaries, values, step }) {
    const [buffer, data] = await Promise.all([fetched(boundaries, "arrayBuffer"), fetched(values, "json")]);
    const topology = decode(buffer, Number(step));
    const records = rows(data.areas);
    if (topology.shapes.length !== records.length) throw new Error("Boundaries and values are of different days.");
    return { topology, records, departments: data.departments };
  }

  // arcs://areas?… and arcs://borders?…, as address() writes them.
  async function protocol({ url }) {
    const { host, searchParams } = new URL(url);
    const { topology, records } = await load(Object.fromEntries(searchParams));
    return { data: { areas, borders }[host](topology, records) };
  }

  function address(what, { boundaries, values, step }) {
    const whole = (path) => new URL(path, location.href).href;
    const query = new URLSearchParams({ boundaries: whole(boundaries), values: whole(values), step });
    return `arcs://${what}?${query}`;
  }

  self.almenaraArcs = { load, decode, boxes, span, areas, borders, address };
  if (self.addProtocol) self.addProtocol("arcs", protocol);
})();
