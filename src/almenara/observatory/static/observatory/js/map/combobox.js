// Search by name: the ARIA combobox with a list (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).

import { fill, fold } from "./numbers.js";

const SHOWN = 12;

export function combobox({ input, list, status, texts, places, choose }) {
  const folded = places.map((place) => ({ ...place, folded: fold(place.name) }));
  let matches = [];
  let active = -1;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  function search(text) {
    const wanted = fold(text.trim());
    if (!wanted) return [];
    const starts = folded.filter((place) => place.folded.startsWith(wanted));
    const holds = folded.filter(
      (place) => !place.folded.startsWith(wanted) && place.folded.includes(wanted),
    );
    return [...starts, ...holds].slice(0, SHOWN);
  }

  function option(place, position) {
    const item = document.createElement("li");
    item.id = `${list.id}-${position}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.textContent = place.name;
    const parent = document.createElement("small");
    parent.textContent = place.parentName ?? "";
    item.append(name, parent);
    item.addEventListener("pointerdown", (event) => event.preventDefault());
    item.addEventListener("click", () => pick(position));
    return item;
  }

  function show() {
    matches = search(input.value);
    active = -1;
    list.replaceChildren(...matches.map(option));
    list.hidden = matches.length === 0;
    input.setAttribute("aria-expanded", String(matches.length > 0));
    input.removeAttribute("aria-activedescendant");
    status.textContent = input.value.trim() ? fill(texts.matches, { count: matches.length }) : "";
  }

  function hide() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function move(step) {
    if (!matches.length) return;
    if (list.hidden) show();
    active = (active + step + matches.length) % matches.length;
    [...list.children].forEach((item, position) =>
      item.setAttribute("aria-selected", String(position === active)),
    );
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function pick(position) {
    const place = matches[position];
    if (!place) return;
    input.value = place.name;
    hide();
    choose(place.code);
  }

  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(active === -1 ? 0 : -1),
    Escape: hide,
    Enter: () => pick(active === -1 ? 0 : active),
  };
  input.addEventListener("input", show);
  input.addEventListener("blur", hide);
  input.addEventListener("keydown", (event) => {
    const action = keys[event.key];
    if (!action || (list.hidden && event.key === "Escape")) return;
    event.preventDefault();
    action();
  });
}
