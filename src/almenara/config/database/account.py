"""Which system account PostgreSQL runs as.

It refuses to run as root. An ordinary user runs it as himself. Under root it runs as a system account; if that account
cannot pass a folder on the way to the data or to the programs, it is lent the right to pass (one Linux capability)
instead of those folders being opened to everyone.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from almenara.common.errors import Fault, MachineError

KNOWN = ("almenara", "postgres")
CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}  # the narrower first


@dataclass(frozen=True)
class Account:
    """How to run PostgreSQL's programs. uid is None where no change of user is needed."""

    uid: int | None = None
    gid: int | None = None
    prefix: tuple[str, ...] = ()

    def run(self, command: list[str], timeout: float = 120) -> subprocess.CompletedProcess[str]:
        switches = self.uid is not None and not self.prefix
        return subprocess.run(  # noqa: S603 (the programs are the wheel's own)
            [*self.prefix, *command],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
            user=self.uid if switches else None,
            group=self.gid if switches else None,
            extra_groups=() if switches else None,
        )

    def own(self, path: Path) -> None:
        if self.uid is not None:
            os.chown(path, self.uid, self.gid or -1)


def account_for(data: Path, *programs: Path) -> Account:
    """The account that owns the data folder, or will, and can reach it and the programs."""
    if os.geteuid() != 0:
        return Account()
    needed = (data, *programs)
    entry = _owner(data) or _system_account()
    if all(_can_reach(path, entry) for path in needed):
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(entry.pw_uid, entry.pw_gid, _lent_passage(entry, needed))


def _owner(data: Path) -> pwd.struct_passwd | None:
    """Whoever made the data folder goes on with it, also when root lends a hand."""
    try:
        owner = pwd.getpwuid(data.stat().st_uid)
    except (FileNotFoundError, KeyError):
        return None
    return owner if owner.pw_uid != 0 else None


def _system_account() -> pwd.struct_passwd:
    for name in KNOWN:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return _created(KNOWN[0])


def _created(name: str) -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    command = [useradd or "useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    if useradd is None or subprocess.run(command, check=False, capture_output=True).returncode:  # noqa: S603
        raise MachineError(
            Fault(
                "PostgreSQL does not run as root and no system account could be made for it.",
                where="embedded PostgreSQL",
                remedy="Run almenara as an ordinary user, or create a system account named 'almenara'.",
            )
        )
    return pwd.getpwnam(name)


def _can_reach(path: Path, entry: pwd.struct_passwd) -> bool:
    return all(_can_pass(folder, entry) for folder in path.parents if folder.exists()) and _can_read(
        path, entry
    )


def _can_pass(folder: Path, entry: pwd.struct_passwd) -> bool:
    return _has(folder, entry, stat.S_IXUSR, stat.S_IXGRP, stat.S_IXOTH)


def _can_read(path: Path, entry: pwd.struct_passwd) -> bool:
    return not path.exists() or _has(path, entry, stat.S_IRUSR, stat.S_IRGRP, stat.S_IROTH)


def _has(path: Path, entry: pwd.struct_passwd, user: int, group: int, other: int) -> bool:
    status = path.stat()
    if status.st_uid == entry.pw_uid:
        return bool(status.st_mode & user)
    if status.st_gid == entry.pw_gid:
        return bool(status.st_mode & group)
    return bool(status.st_mode & other)


def _lent_passage(entry: pwd.struct_passwd, needed: tuple[Path, ...]) -> tuple[str, ...]:
    setpriv = shutil.which("setpriv", path="/usr/bin:/bin:/usr/sbin:/sbin")
    capability = next((name for name, bit in CAPABILITIES.items() if _held() >> bit & 1), None)
    if setpriv is None or capability is None:
        raise MachineError(
            Fault(
                f"the system account '{entry.pw_name}' that PostgreSQL runs as cannot reach them.",
                where=", ".join(str(path) for path in needed if not _can_reach(path, entry)),
                remedy="Run almenara as an ordinary user, or set ALMENARA_DATA to a folder that every user may pass.",
            )
        )
    ids = (f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups")
    return (setpriv, *ids, f"--inh-caps=+{capability}", f"--ambient-caps=+{capability}", "--")


def _held() -> int:
    """The capabilities this process may hand on, as a bit set (Linux; 0 elsewhere)."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1], 16) for line in lines if line.startswith("CapPrm")), 0)
