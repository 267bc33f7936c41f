// The page opens with a picture. The map that can be moved, and its library, are fetched once somebody asks for it: by
// the button, or by an address that says what was seen there.

const container = document.getElementById("map");
const button = document.getElementById("map-open");
const coming = document.getElementById("map-coming");
const first = document.getElementById("map-first");

function script(address) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${address} did not come.`));
    document.head.append(element);
  });
}

// Before the site's own sheet, which goes over it.
function sheet(address) {
  const element = document.createElement("link");
  element.rel = "stylesheet";
  element.href = address;
  document.head.querySelector("link[rel=stylesheet]").before(element);
}

// What narrows the table keeps the map open.
function remember() {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "view";
  field.value = "live";
  document.querySelector("#filters input[name=view]")?.remove();
  document.getElementById("filters").prepend(field);
}

async function open() {
  button.hidden = true;
  coming.hidden = false;
  try {
    const { library, sheets, arcs } = container.dataset;
    sheet(sheets);
    await Promise.all([script(library), script(arcs)]);
    const { start } = await import("./main.js");
    remember();
    await start(() => (first.hidden = true));
  } catch (error) {
    document.getElementById("map-failed").hidden = false;
    document.getElementById("map-frame").hidden = true;
    first.hidden = false;
    throw error;
  } finally {
    coming.hidden = true;
  }
}

const asked = new URLSearchParams(location.search);
if (asked.get("view") === "live" || asked.has("territory") || location.hash.includes("map=")) open();
else {
  button.hidden = false;
  button.addEventListener("click", open);
}
