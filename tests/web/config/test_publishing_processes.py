"""Publishing as several operators do it at once, and as one who changes his mind: real processes, one database."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import releases
from tests.support.site import Site, ended, migrated_site

TABLES = ("risk_release", "risk_estimate", "risk_driver", "risk_profilevalue", "places_territory",
          "places_boundary")  # fmt: skip


@pytest.fixture(scope="module")
def site(migrated_folder: Path) -> Iterator[Site]:
    with migrated_site("almenara-publishing-", migrated_folder) as site:
        yield site


def rows(site: Site) -> dict[str, int]:
    with site.connection() as connection:
        found = (connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES)
        return {table: row[0] for table, row in zip(TABLES, found, strict=True) if row}


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, country: str, *seeds: int) -> list[str]:
    """Releases of a country that nobody has published anything of yet."""
    monkeypatch.setattr(releases, "COUNTRY", country)
    folders = [folder / f"release-{seed}" for seed in seeds]
    for seed, path in zip(seeds, folders, strict=True):
        releases.write_synthetic_release(path, seed, boundaries=False, name=f"{country}-{seed}".lower())
    return [str(path) for path in folders]


@contextmanager
def held_before_the_last_rows(site: Site) -> Iterator[None]:
    """Within it a publication writes release, territories and estimates, and then waits."""
    with site.connection() as connection:
        connection.execute("LOCK TABLE risk_profilevalue IN SHARE MODE")
        yield


def wait_until_they_wait(site: Site, *processes: subprocess.Popen[str]) -> None:
    waiting = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
    deadline = time.monotonic() + 60
    with site.connection() as connection:
        connection.autocommit = True
        while connection.execute(waiting).fetchone() != (len(processes),):
            assert all(process.poll() is None for process in processes), [ended(p) for p in processes]
            assert time.monotonic() < deadline
            time.sleep(0.05)


def both_at_once(site: Site, *commands: tuple[str, ...]) -> list[subprocess.CompletedProcess[str]]:
    """The second starts while the first has written almost everything and committed nothing."""
    started: list[subprocess.Popen[str]] = []
    with held_before_the_last_rows(site):
        for command in commands:
            started.append(site.start(*command))
            wait_until_they_wait(site, *started)
    return [ended(process) for process in started]


def test_an_interrupted_publication_leaves_nothing_and_can_be_run_again(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [folder] = written(tmp_path, monkeypatch, "XI", 1)
    before = rows(site)
    with held_before_the_last_rows(site):
        process = site.start("publish", folder, "--create-territories")
        wait_until_they_wait(site, process)
        process.send_signal(signal.SIGINT)
        end = ended(process)
    assert (end.returncode, end.stderr) == (130, "Interrupted. Nothing was left half-done.\n")
    assert rows(site) == before
    assert site.run("publish", folder, "--create-territories").returncode == 0
    assert rows(site)["risk_release"] == before["risk_release"] + 1


def test_the_same_release_published_twice_at_once_is_published_once(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [folder] = written(tmp_path, monkeypatch, "XT", 1)
    before = rows(site)["risk_release"]
    command = ("publish", folder, "--create-territories")
    answers = both_at_once(site, command, command)
    assert [(end.returncode, "nothing changed" in end.stdout) for end in answers] == [(0, False), (0, True)]
    assert rows(site)["risk_release"] == before + 1


def test_two_releases_of_a_new_country_at_once_are_both_published_and_the_last_is_shown(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = written(tmp_path, monkeypatch, "XU", 1, 2)
    answers = both_at_once(site, *(("publish", folder, "--create-territories") for folder in folders))
    assert [end.returncode for end in answers] == [0, 0], answers
    listed = site.run("releases", "list", "--country", "XU").stdout.splitlines()
    assert len(listed) == 2
    assert [line.split()[1].startswith("xu-2") for line in listed if line.startswith("*")] == [True]
