// Small improvements of pages that work without them. What only some pages need is fetched by those alone.

const parts = {
  "[data-tabs]": () => import("./tabs.js"),
  "[data-dialog]": () => import("./dialog.js"),
  "form[data-draft]": () => import("./draft.js"),
  "form[data-bulk]": () => import("./bulk.js"),
  "[data-upload]": () => import("./upload.js"),
};

const started = new WeakSet(); // htmx tells of the whole page too, once it is there

async function improve(root) {
  for (const [selector, fetched] of Object.entries(parts)) {
    const found = [...root.querySelectorAll(selector)].filter((element) => !started.has(element));
    found.forEach((element) => started.add(element));
    if (found.length) {
      const { start } = await fetched();
      found.forEach((element) => start(element));
    }
  }
}

for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

for (const element of document.querySelectorAll("[data-without-script]")) {
  element.hidden = true;
}

for (const button of document.querySelectorAll("[data-dismiss]")) {
  button.hidden = false;
  button.addEventListener("click", () => button.closest(button.dataset.dismiss).remove());
}

// Whoever sent a form that was not accepted hears first what is wrong with it.
document.querySelector("[data-summary]")?.focus();

// The language links keep whatever the address holds, also what a script has put there since.
function keepAddress() {
  for (const link of document.querySelectorAll("[data-language]")) {
    const [, , ...rest] = location.pathname.split("/");
    link.href = `/${link.dataset.language}/${rest.join("/")}${location.search}${location.hash}`;
  }
}

document.querySelector(".languages")?.addEventListener("focusin", keepAddress);
document.querySelector(".languages")?.addEventListener("pointerover", keepAddress);

await improve(document);
document.documentElement.dataset.improved = "";
document.addEventListener("htmx:load", (event) => improve(event.detail.elt.parentElement ?? document));
