"""What the site shows while there is nothing, or not everything, to show."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.support.observatory import publish_synthetic
from tests.support.releases import COUNTRY

pytestmark = pytest.mark.django_db


def at(path: str) -> str:
    return f"/en/countries/{COUNTRY}/{path}"


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_before_anything_is_published_the_site_says_how(client: Client) -> None:
    body = text(client, "/en/")
    assert "almenara publish release --create-territories" in body
    assert client.get("/en/search/?q=x").status_code == 200
    assert client.get("/sitemap.xml").status_code == 200


def test_without_boundaries_there_are_tables_and_a_line_saying_what_to_add(
    client: Client, tmp_path: Path
) -> None:
    publish_synthetic(tmp_path, boundaries=False)
    for page in ("", "map/", "territories/01001/", "territories/XX/"):
        body = text(client, at(page))
        assert f"almenara places import boundaries.geojson --country {COUNTRY}<" in body
        assert "<table" in body
