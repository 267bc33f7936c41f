"""The command as an operator meets it: real processes on a real database."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from django.db import DatabaseError, DataError
from psycopg.errors import InsufficientPrivilege

from almenara import cli
from almenara.config.database.cluster import Cluster
from almenara.config.database.roles import DATABASE, OWNER, SITE
from tests.support.releases import write_synthetic_release
from tests.support.site import Site, empty_site


@pytest.fixture(scope="module")
def new_site() -> Iterator[Site]:
    with empty_site("almenara-cli-") as site:
        yield site


@pytest.fixture(scope="module")
def site(new_site: Site) -> Site:
    refused = new_site.run("releases", "list")
    assert refused.returncode == 1
    assert "Run: almenara migrate" in refused.stderr
    assert new_site.run("migrate").returncode == 0
    return new_site


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("releases")
    write_synthetic_release(folder / "first", seed=1, boundaries=False, name="first")
    write_synthetic_release(folder / "second", seed=2, boundaries=False, name="second")
    return folder / "first", folder / "second"


def shown(site: Site) -> list[str]:
    lines = site.run("releases", "list").stdout.splitlines()
    return [line.split()[1].split("-")[0] for line in lines if line[0] == "*"]


def test_from_nothing_to_two_releases_and_back_to_the_first(
    site: Site, releases: tuple[Path, Path], tmp_path: Path
) -> None:
    first, second = releases
    assert "No release is published yet" in site.run("releases", "list").stdout
    unknown = site.run("publish", str(first))
    assert unknown.returncode == 2
    assert "territories that the platform does not know" in unknown.stderr
    assert "247" not in unknown.stdout
    assert site.run("publish", str(first), "--create-territories").returncode == 0
    again = site.run("publish", str(first))
    assert (again.returncode, "nothing changed" in again.stdout) == (0, True)
    assert site.run("publish", str(second)).returncode == 0
    assert shown(site) == ["second"]
    dump = tmp_path / "site.dump"
    assert site.run("backup", str(dump)).returncode == 0
    listed = site.run("releases", "list").stdout
    assert all("  rate  " in line for line in listed.splitlines())
    earlier = next(line.split()[0] for line in listed.splitlines() if line.split()[0].startswith("first-"))
    assert site.run("releases", "show", earlier).returncode == 0
    assert shown(site) == ["first"]
    kept = site.run("restore", str(dump))
    assert (kept.returncode, shown(site)) == (2, ["first"])
    assert site.run("restore", str(dump), "--yes").returncode == 0
    assert site.run("releases", "list").stdout == listed


@pytest.mark.parametrize("table", ["django_migrations", "django_content_type", "auth_permission"])
def test_the_site_only_reads_what_only_migrations_write(site: Site, table: str) -> None:
    with site.connection(SITE) as connection:
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() != (0,)
        with pytest.raises(InsufficientPrivilege):
            connection.execute(f"DELETE FROM {table}")


def test_a_backup_is_private_and_never_written_over(site: Site, tmp_path: Path) -> None:
    dump = tmp_path / "site.dump"
    assert site.run("backup", str(dump)).returncode == 0
    before = dump.read_bytes()
    assert dump.stat().st_mode & 0o777 == 0o600
    refused = site.run("backup", str(dump))
    assert (refused.returncode, dump.read_bytes()) == (2, before)
    assert "never written over" in refused.stderr


def test_a_server_of_one_s_own_takes_the_embedded_one_s_place(site: Site, tmp_path: Path) -> None:
    cluster = Cluster(site.data)
    urls = {
        variable: f"postgresql://{role}:{cluster.password(role)}@/{DATABASE}?host={cluster.folder}"
        for variable, role in (("DATABASE_URL", SITE), ("DATABASE_OWNER_URL", OWNER))
    }
    elsewhere = {**urls, "ALMENARA_DATA": str(tmp_path / "elsewhere")}
    assert site.run("migrate", **elsewhere).returncode == 0
    assert site.run("releases", "list", **elsewhere).returncode == 0
    assert not (tmp_path / "elsewhere" / "postgres").exists()


def test_a_server_that_does_not_answer_is_the_machine_s_fault(site: Site, tmp_path: Path) -> None:
    refused = site.run("releases", "list", DATABASE_URL=f"postgresql://x:y@/z?host={tmp_path}")
    assert refused.returncode == 3
    assert "connection" in refused.stderr


@pytest.mark.parametrize("content", [b"not a backup", b""])
def test_what_is_no_backup_is_refused(site: Site, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    refused = site.run("restore", str(tmp_path / "x"), "--yes")
    assert refused.returncode == 2
    assert "not a backup" in refused.stderr


def test_an_unknown_release_is_refused(site: Site) -> None:
    refused = site.run("releases", "show", "nothing")
    assert refused.returncode == 2
    assert "No release has this id" in refused.stderr


def test_a_taken_port_is_the_machine_s_fault(site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = site.run("serve", "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 3
    assert "--port" in refused.stderr


def test_the_site_is_served_with_its_static_files_and_stops_when_told(site: Site) -> None:
    port = free_port()
    command = [sys.executable, "-m", "almenara", "serve", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(command, env=site.environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert f":{port}/" in process.stdout.readline()
            assert answer(port, process).startswith(b'{"status": "ok"')
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert (site.data / "static" / "staticfiles.json").exists()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(port: int, process: subprocess.Popen[str]) -> bytes:
    for _ in range(150):
        assert process.poll() is None
        try:
            return bytes(urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).read())
        except OSError:
            subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError("the site did not answer")


def every_command(app: typer.Typer, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    for command in app.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__
        yield (*path, name), command.callback.__doc__ or ""
    for group in app.registered_groups:
        assert group.typer_instance is not None
        yield from every_command(group.typer_instance, (*path, str(group.name)))


COMMANDS = dict(every_command(cli.app))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_s_help_ends_with_an_example_of_it(command: tuple[str, ...]) -> None:
    assert f"Example: almenara {' '.join(command)}" in COMMANDS[command]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "Interrupted"),
        (OSError(28, "No space left on device"), 3, "No space left"),
        (DatabaseError("the server closed the connection"), 3, "closed the connection"),
        (DataError("value too long for type character varying(200)\n"), 2, "value too long"),
    ],
)
def test_interruption_and_failing_machines_have_exit_codes_of_their_own(
    error: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("almenara.config.maintenance.migrate", fail)
    monkeypatch.setattr(sys, "argv", ["almenara", "migrate"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == code
    assert said in capsys.readouterr().err


def test_a_wrong_option_is_the_input_s_fault(site: Site) -> None:
    assert site.run("publish", "--nonsense").returncode == 2
