// Levels of detail: the whole country comes coarse, and finer once it is drawn larger than the coarse one resolves.

const { address } = self.almenaraArcs;
const RESOLVED = 1300; // parts of the extent, as presenters/mapdata.py has them
const TILE = 512;

export function level(config, number) {
  return {
    boundaries: config[`boundaries-${number}`],
    step: config[`step-${number}`],
    values: config.values,
  };
}

export function sources(config) {
  const source = (what) => ({
    type: "geojson",
    data: address(what, level(config, 0)),
    tolerance: 0, // simplified again, each polygon by itself, neighbours would part
    buffer: 32,
  });
  return { areas: { ...source("areas"), promoteId: "code" }, borders: source("borders") };
}

// The scale at which a pixel is as fine as the coarse level.
function limit([[west, south], [east, north]]) {
  return Math.log2((RESOLVED * 360) / (TILE * Math.max(east - west, north - south)));
}

export function refine(map, config) {
  const finest = limit(config.bounds) + 0.5;
  const change = () => {
    if (map.getZoom() < finest) return;
    map.off("zoomend", change);
    for (const what of ["areas", "borders"]) map.getSource(what).setData(address(what, level(config, 1)));
    map.getContainer().dataset.detail = "fine";
  };
  map.on("zoomend", change);
  change();
}
