"""Passwords that are known to thieves: looked up in the operator's own file, nothing leaves the machine."""

from __future__ import annotations

import hashlib
import mmap
import re
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from almenara.common.errors import Fault, MachineError

VARIABLE = "ALMENARA_BREACHED_PASSWORDS"
DIGITS = 40
_LINE = re.compile(rb"[0-9A-Fa-f]{40}(:\d+)?\r?")


class BreachedPasswordValidator:
    """Refuses a password whose SHA-1 is in the file settings.BREACHED_PASSWORDS; without one it accepts all.

    The file: a hash a line, sorted, in hexadecimal, alone or followed by ":count" (the download of Have I Been Pwned).
    """

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError; also where the file cannot be read: what was not checked is not accepted."""
        if not settings.BREACHED_PASSWORDS:
            return
        try:
            known = is_breached(password, Path(settings.BREACHED_PASSWORDS))
        except OSError:
            raise ValidationError(
                _("Passwords cannot be checked at the moment. Tell your administrator."),
                code="password_unchecked",
            ) from None
        if known:
            raise ValidationError(
                _("This password is in a published list of stolen passwords. Choose another."),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return _("Your password can't be one that is in a published list of stolen passwords.")


def is_breached(password: str, file: Path) -> bool:
    """Raises OSError if the file cannot be read."""
    digest = hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        return holds(lines, digest.hexdigest().upper().encode("ascii"))


def holds(lines: mmap.mmap | bytes, wanted: bytes) -> bool:
    """Binary search by byte: low and high stay at beginnings of lines, and the line between them is read."""
    low, high = 0, len(lines)
    while low < high:
        start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        here = lines[start : start + DIGITS].upper()
        if here == wanted:
            return True
        end = lines.find(b"\n", start, high)
        if here < wanted:
            low = high if end < 0 else end + 1
        else:
            high = start
    return False


def check_breach_file() -> None:
    """Raises MachineError if the operator named a file that is not there, not readable, or no list of hashes."""
    if not settings.BREACHED_PASSWORDS:
        return
    path = Path(settings.BREACHED_PASSWORDS)
    try:
        with path.open("rb") as opened:
            head = opened.readline(200)
    except OSError as error:
        raise _fault(path, f"The list of stolen passwords cannot be read: {error.strerror}.") from None
    if not _LINE.fullmatch(head.rstrip(b"\n")):
        raise _fault(path, "Its first line is no SHA-1 hash in hexadecimal.")


def _fault(path: Path, what: str) -> MachineError:
    remedy = (
        f"Correct {VARIABLE}, or leave it out: then passwords are checked against Django's own list only."
    )
    return MachineError(Fault(what, str(path), remedy))
