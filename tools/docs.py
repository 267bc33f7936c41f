"""The reference pages that are made from the code, by the engine's own writers, so that they cannot drift from it."""

from __future__ import annotations

import sys
from pathlib import Path

from mirti.pipeline import schema
from mirti.spec import index_reference, reference

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
MADE = "<!-- Made by `make docs` from the code. Do not edit. -->\n\n"
SPEC = """# The spec: one TOML file declares a run

Each table below is a table of the file. A key that is not listed is refused, with its line.

"""
INDEX = """# The spec of an index: one TOML file declares a run of `mirti index`

Each table below is a table of the file. A key that is not listed is refused, with its line.

"""


def pages() -> dict[Path, str]:
    return {
        REFERENCE / "release.md": MADE + schema("markdown").rstrip() + "\n",
        REFERENCE / "index.md": MADE + INDEX + index_reference(heading="##").rstrip() + "\n",
        REFERENCE / "spec.md": MADE + SPEC + reference(heading="##").rstrip() + "\n",
    }


def write() -> None:
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def check() -> int:
    made = pages()
    stale = [path for path in made if not path.exists() or path.read_text(encoding="utf-8") != made[path]]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what the code says: make docs")
    return bool(stale)


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        sys.exit(check())
    write()
