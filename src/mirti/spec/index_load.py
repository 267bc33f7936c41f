"""Read the spec of a composite index, or say everything that is wrong with it at once."""

from __future__ import annotations

from pathlib import Path

from mirti.declarations.index import IndexDeclaration, IndexSpec
from mirti.errors import InputError, Problem
from mirti.spec.index_checks import index_faults
from mirti.spec.load import read_text, read_toml, validated


def load_index(path: Path) -> IndexSpec:
    """Read and validate the index's spec at path.

    Raises InputError with every fault: file, line, what is wrong, allowed values, remedy.
    """
    text, sha256 = read_text(path)
    return IndexSpec(parse_index(text, path), path, text, sha256)


def parse_index(text: str, path: Path) -> IndexDeclaration:
    """Validate the text of an index's spec; path only names it in the errors."""
    data = read_toml(text, path)
    if "survey" in data and "dimensions" not in data:
        what = "this is the spec of a risk model: it has a survey and no dimensions"
        raise InputError(Problem(what, str(path), "Run it with mirti run, or give the spec of an index."))
    return validated(data, text, path, IndexDeclaration, index_faults)
