// Says which files were chosen, how large they are, and which is larger than what is taken, before they are sent.

export function start(block) {
  const input = block.querySelector("input[type=file]");
  const list = block.querySelector("[data-files]");
  const most = Number(block.dataset.upload);
  const size = new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: "megabyte", maximumFractionDigits: 1, minimumFractionDigits: 1,
  });

  input.addEventListener("change", () => {
    list.replaceChildren(...[...input.files].map(line));
    list.hidden = input.files.length === 0;
  });

  function line(file) {
    const item = document.createElement("li");
    const large = file.size > most;
    const told = `${file.name}, ${size.format(file.size / 2 ** 20)}`;
    item.textContent = large ? `${told}: ${list.dataset.large}` : told;
    item.classList.toggle("upload__large", large);
    return item;
  }
}
