"""Which system account PostgreSQL runs as, and what it is lent."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

import pytest

from almenara.common.errors import MachineError
from almenara.config.database import account as accounts
from almenara.config.database.account import account_for

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")


def test_an_ordinary_user_runs_it_as_himself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    account = account_for(tmp_path)
    assert (account.uid, account.prefix) == (None, ())
    account.own(tmp_path)


@needs_root
def test_where_every_folder_lets_it_pass_root_lends_nothing() -> None:
    account = account_for(Path("/usr/bin"))
    assert account.prefix == ()
    assert account.uid not in (None, 0)
    assert account.run(["id", "-u"]).stdout.strip() == str(account.uid)


@needs_root
def test_whoever_made_the_data_folder_goes_on_with_it(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    assert account_for(tmp_path).uid == nobody.pw_uid


@needs_root
def test_where_a_folder_is_closed_only_the_right_to_pass_is_lent(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o700)
    account = account_for(closed / "inner")
    assert account.prefix
    assert account.run(["ls", str(closed / "inner")]).returncode == 0
    status = account.run(["grep", "CapEff", "/proc/self/status"]).stdout.split()[1]
    assert bin(int(status, 16)).count("1") == 1
    assert account.run(["id", "-u"]).stdout.strip() == str(account.uid)


@needs_root
def test_without_a_right_to_lend_it_says_which_folder_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(accounts, "_held", lambda: 0)
    with pytest.raises(MachineError, match="ALMENARA_DATA") as refusal:
        account_for(tmp_path / "data")
    assert str(tmp_path / "data") in str(refusal.value)


@needs_root
def test_a_system_account_that_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(name: str) -> pwd.struct_passwd:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", nobody)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(MachineError, match="ordinary user"):
        account_for(Path("/usr/bin"))
