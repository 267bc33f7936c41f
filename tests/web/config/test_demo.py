"""Signing in by a click exists in a demonstration, and a site that people use cannot be one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.test import Client

from almenara.accounts import simulated
from almenara.accounts.access import PUBLIC
from almenara.accounts.models import Grant, Role, User
from almenara.common.errors import RefusedError
from almenara.config import serving, simulating
from almenara.config.access import ROUTES
from tests.support.cast import Cast, cast
from tests.support.database import owner_rights

MADE = ("ALMENARA_TLS=1", "ALMENARA_HOSTS=registry.example", "ALMENARA_ORIGINS=https://registry.example",
        "DATABASE_URL=postgresql://site@localhost/registry")  # fmt: skip


@pytest.mark.parametrize("made", MADE)
def test_production_settings_refuse_a_demonstration(made: str, tmp_path: Path) -> None:
    name, _, value = made.partition("=")
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("ALMENARA_", "DATABASE_"))}
    done = subprocess.run(
        [sys.executable, "-c", "import almenara.config.settings"],
        env={**kept, "ALMENARA_DATA": str(tmp_path), "ALMENARA_DEMO": "1", name: value},
        capture_output=True,
        text=True,
    )
    assert done.returncode
    assert f"{name} makes the site one that people use" in done.stderr


def test_a_demonstration_is_served_on_this_machine_only(settings: Any) -> None:
    settings.DEMO = True
    with pytest.raises(RefusedError, match="on this machine only"):
        serving._check_demo_stays_here("0.0.0.0")  # noqa: S104
    serving._check_demo_stays_here("127.0.0.1")


def test_nobody_is_made_up_on_a_site_that_is_used() -> None:
    assert not live.DEMO
    with pytest.raises(RefusedError, match="no place on a site that is used"):
        simulating.simulate("ZZ")


@pytest.mark.django_db
def test_outside_a_demonstration_the_address_does_not_exist(client: Client) -> None:
    assert client.get("/es/demo/").status_code == 404
    assert client.post("/es/demo/", {"person": "1"}).status_code == 404


@pytest.fixture
def demo(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> Cast:
    settings.ROOT_URLCONF = "tests.support.demo_urls"
    monkeypatch.setitem(ROUTES, "demo", PUBLIC)
    made = cast()
    settings.DEMO = True
    with owner_rights():
        simulated.lay("ZZ")
    return made


def test_every_role_can_be_tried_by_a_click(client: Client, demo: Cast) -> None:
    page = client.get("/en/demo/").content.decode()
    people = list(User.objects.filter(email__endswith="@demo.example"))
    with owner_rights():
        roles = {role for person in people for role in person.grants.values_list("role", flat=True)}
    assert roles == set(Role.objects.values_list("code", flat=True))
    for person in people:
        assert "simulado" in person.name
        assert person.name in page
        client.logout()
        assert client.post("/en/demo/", {"person": person.pk}).headers["Location"] == "/en/account/"
        answer = client.get("/en/account/")
        assert answer.status_code == 200
        assert person.name in answer.content.decode()


def test_real_people_cannot_be_tried(client: Client, demo: Cast) -> None:
    User.objects.filter(pk=demo["administrator"].pk).update(simulated=False)
    assert client.post("/en/demo/", {"person": demo["administrator"].pk}).status_code == 404


def test_without_the_setting_the_view_itself_refuses(client: Client, demo: Cast, settings: Any) -> None:
    settings.DEMO = False
    assert client.get("/en/demo/").status_code == 404


def test_laid_twice_is_laid_once(demo: Cast) -> None:
    with owner_rights():
        before = Grant.objects.count()
        simulated.lay("ZZ")
        assert Grant.objects.count() == before
