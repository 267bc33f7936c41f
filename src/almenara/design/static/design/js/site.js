// Small improvements of pages that work without them.

for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

for (const element of document.querySelectorAll("[data-without-script]")) {
  element.hidden = true;
}

// The language links keep whatever the address holds, also what a script has put there since.
function keepAddress() {
  for (const link of document.querySelectorAll("[data-language]")) {
    const [, , ...rest] = location.pathname.split("/");
    link.href = `/${link.dataset.language}/${rest.join("/")}${location.search}${location.hash}`;
  }
}

document.querySelector(".languages")?.addEventListener("focusin", keepAddress);
document.querySelector(".languages")?.addEventListener("pointerover", keepAddress);
