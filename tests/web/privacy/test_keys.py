"""The ring of keys: where it comes from, and what it refuses."""

from __future__ import annotations

import base64
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from almenara.privacy.keys import (
    Key,
    KeyRing,
    KeyRingError,
    UnknownKeyError,
    Use,
    add_new_key,
    key_ring,
    keys_file,
    new_key,
)
from almenara.privacy.sealing import TamperedValueError, seal, unseal

WHOLE = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def in_a_file(settings: Any, tmp_path: Path) -> Path:
    settings.ENCRYPTION_KEYS, settings.DATA = "", tmp_path
    return tmp_path / "secrets" / "keys"


def test_without_a_variable_a_key_is_made_once_and_kept_closed(in_a_file: Path) -> None:
    first = key_ring()
    assert (len(first.keys), len(first.current.secret)) == (1, 32)
    assert key_ring() == first
    assert stat.S_IMODE(in_a_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(in_a_file.parent.stat().st_mode) == 0o700
    assert first.where == str(keys_file())


def test_a_new_key_is_current_at_once_and_the_former_still_opens(in_a_file: Path) -> None:
    sealed = seal(b"Ana", "t.c")
    key = add_new_key()
    assert key_ring().current == key
    assert [k.id for k in key_ring()][1] == sealed[2 : 2 + sealed[1]].decode()
    assert unseal(sealed, "t.c") == b"Ana"
    assert stat.S_IMODE(in_a_file.stat().st_mode) == 0o600
    assert sorted(path.name for path in in_a_file.parent.iterdir()) == ["keys", "keys.lock"]


def test_no_key_is_lost_when_several_are_made_at_once(in_a_file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = {key.id for key in pool.map(lambda _: add_new_key(), range(24))}
    assert made < {key.id for key in key_ring()}
    assert len(key_ring().keys) == 25


def test_a_key_from_the_environment_is_returned_and_not_written(
    use_keys: Callable[..., None], platform_data: Path
) -> None:
    before = key_ring()
    assert add_new_key().id not in key_ring()
    assert key_ring() == before


def test_every_use_has_a_key_of_its_own() -> None:
    key = Key("k", bytes(range(32)))
    derived = {use: key.derived(use) for use in Use}
    assert len({*derived.values(), key.secret}) == len(Use) + 1
    expected = HKDF(SHA256(), 32, salt=None, info=b"almenara exports 1").derive(key.secret)
    assert derived[Use.EXPORTS] == expected


@pytest.mark.parametrize(
    "stored", [b"", b"\x01", b"\x00\x01a", b"\x02\x05first" + bytes(60), b"\x01\x05first", b"Ana"]
)
def test_what_does_not_begin_as_a_sealed_value_is_refused(
    use_keys: Callable[..., None], stored: bytes
) -> None:
    with pytest.raises(TamperedValueError, match=r"t\.c"):
        unseal(stored, "t.c")


def test_what_is_stored_is_aes_gcm_as_described(use_keys: Callable[..., None]) -> None:
    stored = seal(b"Ana", "people.name", b"row 7")
    head, nonce, rest = stored[:7], stored[7:19], stored[19:]
    assert head == b"\x01\x05first"
    bound = b"".join(len(p).to_bytes(4, "big") + p for p in (head, b"people.name", b"row 7"))
    opened = AESGCM(key_ring().current.derived(Use.ENCRYPTION)).decrypt(nonce, rest, bound)
    assert opened == b"Ana\x80" + bytes(12)


def test_keys_do_not_show_what_they_hold() -> None:
    ring = KeyRing((new_key(),))
    secret = base64.b64encode(ring.current.secret).decode()
    for shown in (repr(ring), str(ring), repr(ring.current), f"{ring.current}"):
        assert secret not in shown
        assert repr(ring.current.secret) not in shown


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"a:{WHOLE},a:{WHOLE}", "Two keys have the same id"),
        (f":{WHOLE}", "Key 1 has no id"),
        (f"a:{WHOLE},B é:{WHOLE}", "Key 2 has no id"),
        (f"{'a' * 33}:{WHOLE}", "Key 1 has no id"),
        (WHOLE, "Key 1 has no id"),
        (f"a:{WHOLE[:-4]}", "The key a is not 32 bytes"),
        (f"a:{WHOLE[:-1]}", "The key a is not 32 bytes"),
        ("a:", "The key a is not 32 bytes"),
        (",", "It holds no key"),
    ],
)
def test_what_is_no_ring_is_refused_without_showing_it(settings: Any, text: str, told: str) -> None:
    settings.ENCRYPTION_KEYS = text
    with pytest.raises(KeyRingError, match=told) as refused:
        key_ring()
    assert "ALMENARA_KEYS" in str(refused.value)
    assert WHOLE[:20] not in str(refused.value)


def test_spaces_and_a_last_comma_do_no_harm(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = f" b:{WHOLE}, a:{WHOLE},\n"
    assert [key.id for key in key_ring()] == ["b", "a"]


def test_a_missing_key_is_named_with_what_to_do(use_keys: Callable[..., None]) -> None:
    sealed = seal(b"Ana", "t.c")
    use_keys("second", "third")
    with pytest.raises(UnknownKeyError, match=r"key first.*second, third(?s:.)*Add the key again"):
        unseal(sealed, "t.c")
