// Sections with links to them become tabs: one shown at a time, arrows move between them (WAI-ARIA: tabs).

const MOVES = { ArrowLeft: -1, ArrowRight: 1 };

export function start(block) {
  const tabs = [...block.querySelectorAll(":scope > .tabs__list a")];
  const panels = tabs.map((tab) => document.getElementById(tab.hash.slice(1)));
  block.querySelector(":scope > .tabs__list").role = "tablist";
  tabs.forEach((tab, place) => {
    tab.parentElement.role = "presentation";
    tab.role = "tab";
    tab.id ||= `${panels[place].id}-tab`;
    tab.setAttribute("aria-controls", panels[place].id);
    panels[place].role = "tabpanel";
    panels[place].setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      history.replaceState(null, "", tab.hash);
      show(place);
    });
    tab.addEventListener("keydown", (event) => move(event, place));
  });

  function show(chosen) {
    tabs.forEach((tab, place) => {
      tab.setAttribute("aria-selected", String(place === chosen));
      tab.tabIndex = place === chosen ? 0 : -1;
      panels[place].hidden = place !== chosen;
    });
  }

  function move(event, place) {
    const ends = { Home: 0, End: tabs.length - 1 };
    const next = ends[event.key] ?? (place + MOVES[event.key] + tabs.length) % tabs.length;
    if (Number.isInteger(next)) {
      event.preventDefault();
      tabs[next].focus();
      tabs[next].click();
    } else if (event.key === " ") {
      event.preventDefault();
      tabs[place].click();
    }
  }

  // An address may name a panel, or something inside one.
  const asked = location.hash && document.getElementById(location.hash.slice(1));
  show(Math.max(0, panels.findIndex((panel) => panel.contains(asked || null))));
  block.dataset.ready = "";
}
