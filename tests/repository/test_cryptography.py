"""The inventory of keys and algorithms names what the source uses, and nothing weak is used at all."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from almenara.privacy.keys import Use
from tests.support.repository import ROOT

PAGE = (ROOT / "docs/reference/cryptography.md").read_text(encoding="utf-8")
SOURCE = ROOT / "src" / "almenara"
# What is imported or called, and the words by which the page must name it.
NAMED = {
    "AESGCM": "AES-256-GCM", "HKDF": "HKDF-SHA-256", "SHA256": "SHA-256", "sha256": "SHA-256", "sha1": "SHA-1",
    "salted_hmac": "HMAC-SHA-256", "hmac": "HMAC-SHA-256", "InvalidTag": "AES-256-GCM", "HMAC": "HMAC-SHA-256",
}  # fmt: skip
SECRET_VARIABLES = {
    "SECRET_KEY", "ALMENARA_KEYS", "ALMENARA_SEAL_KEY", "ALMENARA_OIDC_CLIENT_SECRET", "EMAIL_URL",
}  # fmt: skip


def used() -> Iterator[tuple[str, Path]]:
    """Names of algorithms: what comes from `cryptography`, what is called of hashlib and hmac, and salted_hmac."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography."):
                yield from ((alias.name, path) for alias in node.names)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id == "hashlib":
                    yield node.attr, path
                elif node.value.id == "hmac":
                    yield "hmac", path
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "salted_hmac":
                yield "salted_hmac", path
                assert any(
                    word.arg == "algorithm" and getattr(word.value, "value", "") == "sha256"
                    for word in node.keywords
                ), f"{path}: salted_hmac is SHA-1 unless it is told otherwise"


def test_every_algorithm_of_the_source_stands_in_the_inventory() -> None:
    found = dict(used())
    kinds = {name for name in found if name not in ("hashes", "Hash", "file_digest", "compare_digest")}
    assert kinds - set(NAMED) == set(), {name: found[name] for name in kinds - set(NAMED)}
    assert {name for name in kinds if NAMED[name] not in PAGE} == set()
    assert {"AESGCM", "HKDF"} <= kinds


def test_sha1_is_used_for_the_list_of_stolen_passwords_alone() -> None:
    assert {path.name for name, path in used() if name in ("sha1", "md5")} == {"validators.py"}


def test_every_key_and_every_use_of_the_ring_stands_there() -> None:
    described = set(
        re.findall(r"^#?([A-Z_]+)=", (ROOT / "deploy/almenara.env").read_text(), flags=re.MULTILINE)
    )
    secret = {name for name in described if re.search(r"KEY|SECRET|PASSWORD$|EMAIL_URL", name)}
    assert secret == SECRET_VARIABLES
    assert {name for name in secret if f"`{name}`" not in PAGE} == set()
    uses = {"encryption": "encrypted fields", "blind index": "blind indexes", "exports": "keys of exports"}
    assert {use for use in Use if uses.get(use.value, use.value) not in PAGE} == set()
