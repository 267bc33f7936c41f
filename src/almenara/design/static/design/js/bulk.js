// Rows to choose from: all of the page at once, and how many there are.

export function start(form) {
  const boxes = [...form.querySelectorAll("[data-choose]")];
  const all = form.querySelector("[data-choose-all]");
  const count = form.querySelector("[data-count]");
  const buttons = [...form.querySelectorAll(".bulk__bar button")];

  function tell() {
    const chosen = boxes.filter((box) => box.checked).length;
    count.hidden = false;
    count.textContent = count.dataset.count.replace("%s", chosen);
    buttons.forEach((button) => (button.disabled = chosen === 0));
    if (all) {
      all.checked = chosen === boxes.length && chosen > 0;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  }

  if (all) {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => {
      boxes.forEach((box) => (box.checked = all.checked));
      tell();
    });
  }
  form.addEventListener("change", (event) => boxes.includes(event.target) && tell());
  tell();
}
