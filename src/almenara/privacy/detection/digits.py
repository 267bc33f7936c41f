"""Check digits of the national documents, each by its issuer's public rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def cpf(digits: str) -> bool:
    """Brazil: two digits modulo 11 (Receita Federal)."""
    return (
        len(digits) == 11
        and len(set(digits)) > 1
        and all(_cpf_digit(digits[:n]) == int(digits[n]) for n in (9, 10))
    )


def _cpf_digit(head: str) -> int:
    rest = sum(int(d) * weight for d, weight in zip(head, range(len(head) + 1, 1, -1), strict=True)) * 10 % 11
    return rest % 10


def luhn(digits: str) -> bool:
    """Dominican Republic's cédula (11 digits): modulus 10, weights 1 and 2 in turn, ISO/IEC 7812-1 annex B."""
    return _modulus_10(digits, (1, 2)) if len(digits) == 11 else False


def _modulus_10(digits: str, weights: Sequence[int]) -> bool:
    products = [int(digit) * weights[n % 2] for n, digit in enumerate(digits[:-1])]
    return (10 - sum(p - 9 if p > 9 else p for p in products) % 10) % 10 == int(digits[-1])


def rut(text: str) -> bool:
    """Chile: modulus 11 with weights 2 to 7 from the right; 10 is written K."""
    body, check = text[:-1], text[-1].upper()
    if not body.isdigit() or not 6 <= len(body) <= 8:
        return False
    rest = 11 - sum(int(d) * (2 + n % 6) for n, d in enumerate(reversed(body))) % 11
    return check == {11: "0", 10: "K"}.get(rest, str(rest))


def uruguay(digits: str) -> bool:
    """Uruguay's cédula: modulus 10 with weights 2, 9, 8, 7, 6, 3, 4."""
    if len(digits) not in (7, 8):
        return False
    padded = digits.zfill(8)
    return -sum(int(d) * w for d, w in zip(padded, (2, 9, 8, 7, 6, 3, 4), strict=False)) % 10 == int(
        padded[-1]
    )


def guatemala(digits: str) -> bool:
    """Guatemala's CUI: eight digits, one of check (modulus 11, weights 2 to 9), department 01–22, municipality."""
    if len(digits) != 13 or not 1 <= int(digits[9:11]) <= 22 or digits[11:] == "00":
        return False
    return sum(int(d) * w for d, w in zip(digits, range(2, 10), strict=False)) % 11 == int(digits[8])


def is_day(six: str) -> bool:
    """Whether six digits can be year, month, day, as in the CURP and the RFC."""
    try:
        date(2000 + int(six[:2]), int(six[2:4]), int(six[4:6]))
    except ValueError:
        return False
    return True
