from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from almenara.common.middleware import security_headers
from almenara.common.secrets import read_or_create
from almenara.common.vendor import VendorFinder


@pytest.mark.django_db
def test_health_says_that_the_database_answers(client: Client) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json()["status"]) == (200, "ok")


@pytest.mark.django_db
def test_every_answer_carries_the_security_headers(client: Client) -> None:
    for path in ("/health", "/no-such-page"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "blob:" not in policy
        assert "default-src 'self'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"]


def test_a_page_may_not_be_told_to_drop_the_policy(rf: RequestFactory) -> None:
    from django.http import HttpResponse

    answer = security_headers(lambda request: HttpResponse("x"))(rf.get("/"))
    assert answer.headers["Content-Security-Policy"].count(";") == len(settings.CONTENT_SECURITY_POLICY) - 1


@pytest.mark.django_db
def test_a_foreign_host_is_not_answered(client: Client) -> None:
    assert client.get("/health", headers={"host": "elsewhere.example"}).status_code == 400


def test_a_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "key"
    first = read_or_create(path)
    assert len(first) >= 50
    assert read_or_create(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["key"]


def test_whoever_comes_second_reads_the_first_one_s_secret(tmp_path: Path) -> None:
    path, seen = tmp_path / "key", set[str]()
    threads = [threading.Thread(target=lambda: seen.add(read_or_create(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 1


def test_only_the_named_library_files_are_served(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    library = tmp_path / "maker" / "dist"
    library.mkdir(parents=True)
    (library / "library.js").write_text("1")
    (library / "other.js").write_text("2")
    settings.NODE_MODULES = tmp_path  # type: ignore[attr-defined]
    settings.VENDOR_FILES = {"library.js": "maker/dist/library.js", "gone.js": "maker/dist/gone.js"}  # type: ignore[attr-defined]
    finder = VendorFinder()
    assert finder.find("vendor/library.js") == str(library / "library.js")
    assert finder.find("vendor/other.js") is None
    assert finder.find("vendor/gone.js") is None
    [(name, storage)] = finder.list([])
    assert (storage.prefix, name) == ("vendor", "library.js")  # type: ignore[attr-defined]
    with storage.open(name) as file:
        assert file.read() == b"1"
