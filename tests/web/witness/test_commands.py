"""The commands as an operator meets them: real processes on a database of their own, backups and attacks included."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from almenara.config.database.cluster import Cluster
from almenara.config.database.roles import OWNER, SITE, WITNESS
from tests.support.site import Site, ended, migrated_site


@pytest.fixture(scope="module")
def site(migrated_folder: Path) -> Iterator[Site]:
    with migrated_site("almenara-witness-", migrated_folder) as made:
        yield made


def say(site: Site, count: int) -> None:
    with site.connection(SITE) as connection:
        for _ in range(count):
            connection.execute("INSERT INTO witness_entry (kind) VALUES ('read')")
            connection.commit()


def numbers(site: Site) -> list[int]:
    with site.connection() as connection:
        return [
            number for (number,) in connection.execute("SELECT number FROM witness_block ORDER BY number")
        ]


def unsealed(site: Site) -> bool:
    with site.connection() as connection:
        found = connection.execute("SELECT almenara_unsealed_since() IS NOT NULL").fetchone()
        return bool(found and found[0])


def test_from_the_first_entry_to_a_restore_and_an_attack(site: Site, tmp_path: Path) -> None:
    say(site, 3)
    assert "1 blocks were sealed" in site.run("witness", "seal", "--once").stdout
    whole = site.run("witness", "verify")
    assert (whole.returncode, "The log is whole" in whole.stdout) == (0, True), whole.stderr
    dump = tmp_path / "site.dump"
    assert site.run("backup", str(dump)).returncode == 0
    say(site, 2)
    assert site.run("witness", "seal", "--once").returncode == 0
    sealed = numbers(site)
    assert site.run("restore", str(dump), "--yes").returncode == 0
    assert site.run("witness", "seal", "--once").returncode == 0
    after = numbers(site)
    assert set(after) & set(sealed) == {1}
    assert min(set(after) - {1}) > max(sealed)
    restored = site.run("witness", "verify")
    assert (restored.returncode, "blocks were lost" in restored.stdout) == (0, True), restored.stderr
    with site.connection() as owner:
        said = owner.execute("SELECT detail FROM witness_entry WHERE kind = 'restore'").fetchall()
        assert [detail["why"] for (detail,) in said] == ["restored from site.dump"]  # type: ignore[index]
        verified = owner.execute(
            "SELECT detail FROM witness_entry WHERE kind = 'verify' ORDER BY id"
        ).fetchall()
        assert verified[-1][0]["faults"] == []  # type: ignore[index]
        owner.execute("ALTER TABLE witness_entry DISABLE TRIGGER append_only")
        owner.execute(
            "DELETE FROM witness_entry WHERE id = (SELECT min(id) FROM witness_entry WHERE kind = 'read')"
        )
        owner.execute("ALTER TABLE witness_entry ENABLE ALWAYS TRIGGER append_only")
    attacked = site.run("witness", "verify")
    assert attacked.returncode == 1
    assert "1 found. Sealed entries were removed." in attacked.stderr
    assert "block 1, sealed" in attacked.stderr
    assert "The log is whole" not in attacked.stdout


def test_privileges_survive_a_restore(site: Site, tmp_path: Path) -> None:
    dump = tmp_path / "site.dump"
    assert site.run("backup", str(dump)).returncode == 0
    assert site.run("restore", str(dump), "--yes").returncode == 0
    for role, statement in (
        (SITE, "DELETE FROM witness_entry"),
        (SITE, "INSERT INTO witness_entry (kind, at) VALUES ('read', now())"),
        (SITE, "INSERT INTO witness_era (era, why) VALUES (99, 'x')"),
        (WITNESS, "DELETE FROM witness_block"),
        (OWNER, "DELETE FROM witness_block"),
    ):
        with (
            site.connection(role) as connection,
            pytest.raises(Exception, match=r"permission denied|append-only"),
        ):
            connection.execute(statement)


def test_the_service_of_its_own_seals_until_it_is_told_to_stop(site: Site) -> None:
    process = site.start("witness", "seal")
    assert process.stdout is not None
    assert "being sealed" in process.stdout.readline()
    try:
        before = len(numbers(site))
        say(site, 1)
        ends = time.monotonic() + 60
        while unsealed(site) and time.monotonic() < ends:
            time.sleep(0.1)
        assert not unsealed(site)
        assert len(numbers(site)) > before
    finally:
        process.send_signal(signal.SIGTERM)
        done = ended(process)
    assert done.returncode == 0, done.stderr


def test_a_copy_that_does_not_exist_and_a_log_without_one(site: Site, tmp_path: Path) -> None:
    refused = site.run("witness", "verify", "--heads", str(tmp_path / "nothing"))
    assert (refused.returncode, "does not exist" in refused.stderr) == (2, True)
    alone = site.run("witness", "verify", ALMENARA_WITNESS_COPY=str(tmp_path / "elsewhere"))
    assert "blocks are not in the copy yet" in alone.stdout
    apart = {"ALMENARA_WITNESS_COPY": str(tmp_path / "elsewhere"), "ALMENARA_SEALED_APART": "1"}
    assert "No copy of the heads was given" in site.run("witness", "verify", **apart).stdout


def test_an_era_begins_by_hand_and_the_database_says_why(site: Site) -> None:
    done = site.run("witness", "new-era", "--why", "the server's own backup was restored")
    assert (done.returncode, "of the log has begun" in done.stdout) == (0, True), done.stderr
    heads = (site.data / "witness" / "heads.jsonl").read_text().splitlines()
    assert json.loads(heads[-1])["restored"]["era"] >= 2


def test_a_server_of_one_s_own_seals_with_a_role_of_its_own(site: Site, tmp_path: Path) -> None:
    cluster = Cluster(site.data)
    urls = {
        variable: f"postgresql://{role}:{cluster.password(role)}@/almenara?host={cluster.folder}"
        for variable, role in (
            ("DATABASE_URL", SITE), ("DATABASE_OWNER_URL", OWNER), ("DATABASE_WITNESS_URL", WITNESS)
        )
    }  # fmt: skip
    key = (site.data / "secrets" / "seal-key").read_text()
    copy = str(site.data / "witness")
    elsewhere = {
        **urls, "ALMENARA_DATA": str(tmp_path / "x"), "ALMENARA_SEAL_KEY": key, "ALMENARA_WITNESS_COPY": copy
    }  # fmt: skip
    say(site, 1)
    sealed = site.run("witness", "seal", "--once", **elsewhere)
    assert (sealed.returncode, "0 blocks" in sealed.stdout) == (0, False), sealed.stderr
    with_key = site.run("witness", "verify", **elsewhere)
    assert "key that sealed them is not here" not in with_key.stderr
    without = site.run("witness", "verify", **{**elsewhere, "ALMENARA_SEAL_KEY": "x" * 40})
    assert (without.returncode, "key that sealed them is not here" in without.stderr) == (1, True)
