"""Every component in a real browser: by eye, by keyboard, with a script and without one."""

from __future__ import annotations

from typing import Literal
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NARROW, WIDE, Visitor

pytestmark = pytest.mark.xdist_group("browser")
FAMILIES = ("page", "cards", "tables", "forms", "process", "panels", "charts")
PAGES = ("", *(f"{family}/" for family in FAMILIES), "question/", "job/3/")
AT_200_PERCENT = {"width": WIDE["width"] // 2, "height": WIDE["height"] // 2}
SETTINGS: list[tuple[Literal["light", "dark"], dict[str, int]]] = [
    ("light", WIDE), ("light", NARROW), ("light", AT_200_PERCENT), ("dark", WIDE), ("dark", NARROW),
]  # fmt: skip
MOST = 10 * 2**20


def opened(visitor: Visitor, page: str, **options: object) -> Page:
    shown = visitor.open(f"/en/styleguide/{page}", **options)  # type: ignore[arg-type]
    shown.wait_for_selector("html[data-improved]")
    return shown


@pytest.mark.parametrize("page", PAGES)
def test_no_part_breaks_a_rule_of_accessibility_or_widens_the_page(visitor: Visitor, page: str) -> None:
    shown = opened(visitor, page, bypass_csp=True)
    shown.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    for scheme, viewport in SETTINGS:
        shown.emulate_media(color_scheme=scheme)
        shown.set_viewport_size(viewport)  # type: ignore[arg-type]
        assert violations(shown) == [], (scheme, viewport)
        assert shown.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_no_language_widens_a_page_on_a_phone(visitor: Visitor, language: str) -> None:
    shown = visitor.open(f"/{language}/styleguide/", viewport=NARROW)
    for page in PAGES:
        shown.goto(f"/{language}/styleguide/{page}")
        assert shown.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], page


def test_the_tabs_are_walked_by_keyboard(visitor: Visitor) -> None:
    page = opened(visitor, "panels/")
    tabs = page.get_by_role("tab")
    assert tabs.all_inner_texts() == ["Summary", "People", "History"]
    tabs.first.focus()
    page.keyboard.press("ArrowLeft")
    expect(tabs.nth(2)).to_be_focused()
    expect(page.get_by_role("tabpanel")).to_contain_text("Opened in 2019")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tabpanel")).to_contain_text("Four educators")
    assert page.url.endswith("#tab-people")
    assert [tab.get_attribute("tabindex") for tab in tabs.all()] == ["-1", "0", "-1"]


def test_an_address_names_its_tab(visitor: Visitor) -> None:
    page = visitor.open("/en/styleguide/panels/#tab-history")
    expect(page.get_by_role("tabpanel")).to_contain_text("Opened in 2019")


def test_without_a_script_tabs_are_sections_and_a_dialog_is_a_page(visitor: Visitor) -> None:
    page = visitor.open("/en/styleguide/panels/", java_script_enabled=False)
    for text in ("The centre receives 318", "Four educators", "Opened in 2019"):
        expect(page.get_by_text(text)).to_be_visible()
    page.click("a[data-dialog]")
    expect(page.get_by_role("heading", level=1)).to_have_text("Close this institution?")


def test_a_dialog_holds_the_focus_and_gives_it_back(visitor: Visitor) -> None:
    page = opened(visitor, "panels/")
    opener = page.locator("a[data-dialog]")
    opener.click()
    asked = page.get_by_role("dialog")
    expect(asked).to_be_visible()
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    asked.get_by_text("Do nothing and go back").click()
    expect(asked).to_be_hidden()
    assert page.url.endswith("/panels/")


def test_a_toast_stays_until_it_is_put_away(visitor: Visitor) -> None:
    page = opened(visitor, "panels/")
    expect(page.locator(".toast")).to_have_count(3)
    page.locator(".toast").first.get_by_text("Put away").click()
    expect(page.locator(".toast")).to_have_count(2)


def test_who_sent_a_faulty_form_is_led_to_its_faults(visitor: Visitor) -> None:
    page = opened(visitor, "forms/")
    expect(page.locator("[data-summary]")).to_be_focused()
    page.click("a[href='#id_wrong-name']")
    expect(page.locator("#id_wrong-name")).to_be_focused()


def draft_of(page: Page, status: int) -> list[dict[str, list[str]]]:
    """What the page sends as drafts from now on, each answered with the status."""
    sent: list[dict[str, list[str]]] = []

    def answer(route: Route) -> None:
        sent.append(parse_qs(route.request.post_data or ""))
        route.fulfill(status=status)

    page.route("**/styleguide/draft/", answer)
    return sent


def test_a_draft_is_sent_after_a_pause_and_nothing_of_it_stays_in_the_browser(visitor: Visitor) -> None:
    page = opened(visitor, "forms/")
    sent = draft_of(page, 204)
    page.fill("#id_plain-name", "Casa Ñandú")
    page.fill("#id_plain-notes", "Visit on Monday")
    expect(page.locator("[data-draft-state]")).to_contain_text("Draft kept at", timeout=8000)
    [draft] = sent  # one for both fields
    assert (draft["plain-name"], draft["plain-notes"]) == (["Casa Ñandú"], ["Visit on Monday"])
    assert "csrfmiddlewaretoken" in draft
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_draft_that_could_not_be_kept_is_said_and_tried_again(visitor: Visitor) -> None:
    page = opened(visitor, "forms/")
    refused = draft_of(page, 503)
    page.fill("#id_plain-name", "Casa")
    expect(page.locator("[data-draft-state]")).to_contain_text("could not be kept", timeout=8000)
    assert len(refused) == 1
    kept = draft_of(page, 204)
    page.fill("#id_plain-name", "Casa Alta")
    expect(page.locator("[data-draft-state]")).to_contain_text("Draft kept at", timeout=8000)
    assert kept[0]["plain-name"] == ["Casa Alta"]
    visitor.errors.clear()  # the browser writes the 503 itself


def test_a_form_without_a_script_sends_no_draft(visitor: Visitor) -> None:
    page = visitor.open("/en/styleguide/forms/", java_script_enabled=False)
    expect(page.locator("[data-draft-state]")).to_be_hidden()
    page.fill("#id_plain-name", "Casa")
    page.locator("form[data-draft]").get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Questions and answers"
    )  # where the example leads


def test_rows_are_chosen_singly_and_all_at_once(visitor: Visitor) -> None:
    page = opened(visitor, "tables/")
    told, button = page.locator("[data-count]"), page.get_by_role("button", name="Hand over")
    expect(told).to_have_text("0 chosen")
    expect(button).to_be_disabled()
    page.get_by_label("High Valley").check()
    expect(told).to_have_text("1 chosen")
    everything = page.get_by_label("All rows of this page")
    assert everything.evaluate("(box) => box.indeterminate") is True
    everything.check()
    expect(told).to_have_text("3 chosen")
    with page.expect_request("**/styleguide/question/") as asked:
        button.click()
    sent = parse_qs(asked.value.post_data or "")
    assert (sent["chosen"], sent["do"]) == (["1", "2", "3"], ["hand-over"])


def test_without_a_script_rows_can_be_chosen_too(visitor: Visitor) -> None:
    page = visitor.open("/en/styleguide/tables/", java_script_enabled=False)
    expect(page.get_by_role("button", name="Hand over")).to_be_enabled()
    expect(page.get_by_label("All rows of this page")).to_be_hidden()


def test_a_file_is_told_before_it_is_sent(visitor: Visitor) -> None:
    page = opened(visitor, "forms/")
    files = page.locator("#id_statute")
    small = {"name": "convenio.pdf", "mimeType": "application/pdf", "buffer": b"x" * (MOST // 10)}
    large = {"name": "mapa.pdf", "mimeType": "application/pdf", "buffer": b"x" * (MOST + 1)}
    files.set_input_files(small)  # type: ignore[arg-type]
    told = page.locator(".upload").filter(has=files).locator("[data-files] li")
    expect(told).to_have_text("convenio.pdf, 1.0 MB")
    files.set_input_files(large)  # type: ignore[arg-type]
    expect(told).to_have_text("mapa.pdf, 10.0 MB: larger than what is taken")


def test_a_job_renews_itself_until_it_is_done(visitor: Visitor) -> None:
    page = opened(visitor, "job/8/")
    expect(page.locator(".job")).to_contain_text("8 of 10")
    expect(page.locator(".job--done")).to_be_visible(timeout=15_000)
    expect(page.locator("progress")).to_have_count(0)


def test_a_job_can_be_looked_at_again_without_a_script(visitor: Visitor) -> None:
    page = visitor.open("/en/styleguide/job/8/", java_script_enabled=False)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator(".job")).to_contain_text("9 of 10")


TEXTS_OF_A_CHART = """
() => [...document.querySelectorAll('figure.chart--drawn svg')].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')];
  const boxes = texts.map((text) => text.getBoundingClientRect());
  const name = (at) => [...texts[at].childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join('');
  const outside = boxes.flatMap((box, at) =>
    box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 3 ? [name(at)] : []);
  const meeting = boxes.flatMap((one, at) => boxes.slice(at + 1).flatMap((other, next) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 0.5 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > one.height * 0.3
      ? [`${name(at)} / ${name(at + 1 + next)}`] : []));
  return [...outside, ...meeting];
})
"""


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
def test_no_text_of_a_chart_leaves_it_or_meets_another(visitor: Visitor, language: str) -> None:
    page = visitor.open(f"/{language}/styleguide/charts/", viewport=NARROW)
    assert page.locator("figure.chart--drawn svg text").count() > 100
    for viewport in (NARROW, WIDE):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        assert page.evaluate(TEXTS_OF_A_CHART) == []


def test_a_chart_is_named_by_its_title_and_its_table_opens_by_keyboard_and_on_paper(visitor: Visitor) -> None:
    page = visitor.open("/en/styleguide/charts/", java_script_enabled=False)
    figure = page.locator("figure.chart--drawn").first
    picture = figure.get_by_role("img")
    expect(picture).to_have_accessible_name(figure.locator("figcaption").inner_text())
    expect(figure.get_by_role("table")).to_be_hidden()
    page.emulate_media(media="print")
    expect(figure.get_by_role("table")).to_be_visible()
    page.emulate_media(media="screen")
    expect(figure.get_by_role("table")).to_be_hidden()
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(figure.get_by_role("table")).to_contain_text("withheld")


def test_nothing_moves_for_who_asks_for_no_motion(visitor: Visitor) -> None:
    page = opened(visitor, "cards/", reduced_motion="reduce")
    assert (
        page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--quick')").strip()
        == "0s"
    )


def test_paper_is_white_whatever_the_screens_scheme(visitor: Visitor) -> None:
    page = opened(visitor, "cards/", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    colours = (
        "[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert page.evaluate(colours) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


def test_paper_holds_every_tab(visitor: Visitor) -> None:
    page = opened(visitor, "panels/")
    expect(page.get_by_text("Opened in 2019")).to_be_hidden()
    page.emulate_media(media="print")
    for text in ("The centre receives 318", "Four educators", "Opened in 2019"):
        expect(page.get_by_text(text)).to_be_visible()
