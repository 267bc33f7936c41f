// Levels of detail: the whole country comes coarse, and finer once it is drawn larger than the coarse one resolves.

const { address } = self.almenaraArcs;
const RESOLVED = 1300; // parts of the extent, as presenters/mapdata.py has them
const TILE = 512;
const TOLD_APART = 12; // pixels of a territory's side, as if all were squares alike

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

// The scale at which the larger side of the country is so many pixels.
function scale([[west, south], [east, north]], pixels) {
  return Math.log2((pixels * 360) / (TILE * Math.max(east - west, north - south)));
}

// The scale from which borders tell territories apart; below it they would be a mist over the colours.
export function toldApart(bounds, territories) {
  return Math.max(0, scale(bounds, TOLD_APART * Math.sqrt(territories)));
}

export function refine(map, config) {
  const finest = scale(config.bounds, RESOLVED) + 0.5; // a pixel is then finer than the coarse level
  const change = () => {
    if (map.getZoom() < finest) return;
    map.off("zoomend", change);
    for (const what of ["areas", "borders"]) map.getSource(what).setData(address(what, level(config, 1)));
    map.getContainer().dataset.detail = "fine";
  };
  map.on("zoomend", change);
  change();
}
