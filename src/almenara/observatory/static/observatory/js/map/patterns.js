// Fill patterns drawn on a canvas, so that no sprite is fetched: hatching for unreliable values, dots for no census.

const SIZE = 16;

function image(draw) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const context = canvas.getContext("2d");
  draw(context);
  return context.getImageData(0, 0, SIZE, SIZE);
}

function hatch(context) {
  context.strokeStyle = "#16202e";
  context.lineWidth = 2;
  for (const offset of [-SIZE, 0, SIZE]) {
    context.beginPath();
    context.moveTo(offset, SIZE);
    context.lineTo(offset + SIZE, 0);
    context.stroke();
  }
}

function dots(context) {
  context.fillStyle = "#e9e7e0";
  context.fillRect(0, 0, SIZE, SIZE);
  context.fillStyle = "#6b7480";
  for (const [x, y] of [[4, 4], [12, 12]]) {
    context.beginPath();
    context.arc(x, y, 1.8, 0, 2 * Math.PI);
    context.fill();
  }
}

export function addPatterns(map) {
  map.addImage("hatch", image(hatch), { pixelRatio: 2 });
  map.addImage("dots", image(dots), { pixelRatio: 2 });
}
