"""Names and labels come from other people's files: on every page, drawing and file they are text and nothing else."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from almenara.places.models import Territory
from almenara.risk.actions import publish
from almenara.risk.models import Indicator, ProfileVariable, Release
from tests.support import releases
from tests.support.releases import COUNTRY

pytestmark = pytest.mark.django_db

HOSTILE = (
    '</script></title><script>alert(1)</script><img src=x onerror=alert(2)> O\'Hara "Q" & {{ 7 }} \\u003c ]]>'
)
PAGES = ("", "map/", "ranking/", "ranking/?q={text}&department={text}&release=", "territories/", "territories/XX/",
         "territories/02/", "territories/01001/", "territories/99001/", "method/", "data/")  # fmt: skip


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.scripts_without_source = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if not (
            tag == "img" and (values.get("src") or "").startswith("/en/countries/")
        ):  # the map's own picture
            self.tags.append(tag)
        assert not [name for name in values if name.startswith("on")], tag
        plain = tag == "script" and "src" not in values and values.get("type") != "application/json"
        self.scripts_without_source += plain


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    monkeypatch.setattr(releases, "LONG_NAME", HOSTILE)
    releases.write_synthetic_release(tmp_path / "release")
    release = publish(folder=tmp_path / "release", by=None, create_territories=True).release
    Territory.objects.exclude(code="01001").update(name=HOSTILE)
    ProfileVariable.objects.update(labels={"es": HOSTILE}, unit="<b>", source=HOSTILE)
    everywhere = dict.fromkeys(("es", "pt", "en", "fr"), HOSTILE)
    release.titles = release.outcome_labels = everywhere
    release.manifest |= {"warnings": [HOSTILE], "country_name": everywhere,
                         "accepted": [{"covariate": HOSTILE, "reason": HOSTILE}],
                         "spec": {"covariates": [{"name": "sex", "label": everywhere,
                                                  "level_labels": {"male": everywhere}}]}}  # fmt: skip
    release.save()
    return release


def get(client: Client, path: str) -> Any:
    response = client.get(f"/en/countries/{COUNTRY}/{path}")
    assert response.status_code == 200, path
    return response


@pytest.mark.parametrize("page", PAGES)
def test_no_text_becomes_markup(client: Client, release: Release, page: str) -> None:
    body = get(client, page.replace("{text}", "%3Cscript%3E%22%27")).content.decode()
    found = Elements()
    found.feed(body)
    assert "img" not in found.tags
    assert found.scripts_without_source == 0
    assert "<script>alert" not in body
    assert escape("O'Hara") in body


def test_a_search_is_shown_as_it_was_typed(client: Client, release: Release) -> None:
    body = client.get("/en/search/", {"q": "ñ<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)" in body


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "\0", "a\0b", "'; DROP TABLE x", "x" * 100_000, "\ud7ff", "​"]
)
def test_any_search_is_answered(client: Client, release: Release, text: str) -> None:
    assert client.get("/en/search/", {"q": text}).status_code in (200, 302)
    response = client.get(f"/en/countries/{COUNTRY}/ranking/", {"q": text, "department": text, "page": text})
    assert response.status_code == 200
    assert client.get(f"/en/countries/{COUNTRY}/", {"release": text}).status_code == 404


def test_files_and_drawings_hold_the_text_itself(client: Client, release: Release) -> None:
    sent = get(client, "map/values.json").json()
    assert HOSTILE in sent["areas"]["name"]
    assert HOSTILE in {department["name"] for department in sent["departments"]}
    features = json.loads(get(client, "data/municipalities.geojson").content)["features"]
    assert HOSTILE in {feature["properties"]["name"] for feature in features}
    body = get(client, "territories/01001/").content.decode()
    drawings = body.split("<svg xmlns")[1:]
    assert len(drawings) == 4  # map, classes, place among others, drivers
    for drawing in drawings:
        ElementTree.fromstring("<svg xmlns" + drawing.split("</svg>")[0] + "</svg>")  # noqa: S314 (our own markup)
    assert get(client, "territories/01001/fact-sheet.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "path", ["//evil.example/", "/en//evil.example", "/%5C%5Cevil.example/", "/en/%2F%2Fevil.example/"]
)
def test_no_address_leads_to_another_host(client: Client, path: str) -> None:
    response = client.get(path)
    assert not response.headers.get("Location", "/").startswith(("//", "/\\", "http"))
    for part in response.content.decode().split('href="')[1:]:
        assert not part.startswith(("//", "/\\", "http"))


@pytest.mark.parametrize("kind", ["bootstrap", "index"])
def test_labels_of_scenarios_types_and_indicators_are_text_too(
    client: Client, tmp_path: Path, kind: releases.Kind
) -> None:
    releases.write_synthetic_release(tmp_path / kind, kind=kind)
    release = publish(folder=tmp_path / kind, by=None, create_territories=True).release
    everywhere = dict.fromkeys(("es", "pt", "en", "fr"), HOSTILE)
    spec = release.manifest["spec"]
    for item in (*spec.get("scenarios", ()), *spec.get("dimensions", ())):
        item["label"] = everywhere
    for item in release.diagnostics["types"]:
        item["label"] = everywhere
    release.save()
    Indicator.objects.update(labels=everywhere, unit="<b>", source=HOSTILE, treatment=HOSTILE)
    pages = ["map/?layer=types", "method/", "territories/01001/"]
    for page in [*pages, "scenarios/"] if kind == "bootstrap" else pages:
        body = get(client, page).content.decode()
        found = Elements()
        found.feed(body)
        assert "img" not in found.tags
        assert found.scripts_without_source == 0
        assert "<script>alert" not in body
    lines = get(client, "map/?layer=types").content.decode()
    assert escape("O'Hara") in lines
