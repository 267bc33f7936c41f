// A link to a page opens the dialog that holds the same; the page remains for whoever has no script.

export function start(link) {
  const dialog = document.getElementById(link.dataset.dialog);
  if (!dialog) {
    return;
  }
  link.setAttribute("aria-haspopup", "dialog");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    const closes = event.target.closest("[data-close]");
    if (closes) {
      event.preventDefault();
      dialog.close();
    }
  });
}
