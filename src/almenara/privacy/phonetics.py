"""How a person's name sounds, in Spanish and Portuguese: what is left when spelling, order and particles are gone.

A name is a set of parts, given names and surnames alike: in which order they stand, and which of two surnames comes
first, is where registers differ most. Particles (de, del, de la, da, dos, y, e …) go; San and Santa belong to what
follows; abbreviations in use (Ma., Fco., Hdez.) are written out. A part becomes a code: its consonants as they sound,
its first letter if that is a vowel, and its last vowel; a vowel counts as one of three (a, e–i, o–u).

The rules are those of the two languages' orthographies, read as the majority in Latin America speaks (seseo, yeísmo,
b = v, mute h); names from French and English are tolerated, not modelled. A name in another script has no parts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import product
from math import comb, isqrt

PARTICLES = {
    "de", "del", "dela", "delos", "delas", "la", "las", "lo", "los", "el", "da", "das", "do", "dos", "du",
    "des", "di", "della", "y", "e", "i", "von", "van", "der", "den", "vda", "viuda", "sr", "sra", "srta",
    "jr",
}  # fmt: skip
JOINED = {"san": "san", "santa": "santa", "santo": "santo", "sao": "san", "sta": "santa", "sto": "santo", "mc": "mac",
          "mac": "mac"}  # fmt: skip
ABBREVIATIONS = {
    "ma": "maria", "fco": "francisco", "fca": "francisca", "gpe": "guadalupe", "jph": "joseph",
    "hdez": "hernandez", "fdez": "fernandez", "rdez": "rodriguez", "rguez": "rodriguez", "gzlez": "gonzalez",
    "glez": "gonzalez", "mtz": "martinez", "mtnez": "martinez", "mdez": "mendez", "gtz": "gutierrez",
    "gtrrez": "gutierrez", "jmnez": "jimenez", "vqz": "vasquez", "alvz": "alvarez", "pz": "perez", "lpz": "lopez",
    "sz": "sanchez", "schz": "sanchez", "rmz": "ramirez",
}  # fmt: skip
MOST_VARIANTS = 4

_BEFORE_ACCENTS_GO = str.maketrans({"ñ": "n", "ç": "s", "ü": "w", "æ": "e", "œ": "e", "ß": "ss", "ø": "o", "ð": "d",
                                    "ª": "a", "º": "o", "’": "'", "´": "'", "`": "'"})  # fmt: skip
_GLUED = re.compile(r"^(?:dela|delos|delas)(?=[a-z]{4})")

# In order; each works on what the former left. Capitals are finished sounds.
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ao$", "an"),  # João, Conceição: what ends in -n in Spanish
        (r"^x(?=ime|avi)", "J"),  # Ximena, Xavier
        (r"^(?:ps|ts)", "S"),
        (r"ph", "f"),
        (r"sch|[cs]h", "C"),
        (r"th", "t"),
        (r"[lL]h|l+", "L"),
        (r"nh|gn|ny(?=[aeou])|n+", "N"),
        (r"(?:^|(?<=[aeiou]))hu(?=[aeio])|gu(?=[ao])|gw", "G"),  # Huamán, Guamán
        (r"h", ""),
        (r"qu(?=[eiaoy])|ck|q|cc(?=[aou])", "K"),
        (r"gu(?=[eiy])", "G"),
        (r"g(?=[eiy])|j", "J"),
        (r"(?:xc|sc|pc|cc|x|c)(?=[eiy])", "S"),
        (r"t?z+|s+|x", "S"),
        (r"[cpb](?=t)|g(?=d)|p(?=S)", ""),  # Víctor, Baptista, Magdalena
        (r"c|k", "K"),
        (r"g", "G"),
        (r"[bvw]+", "B"),
        (r"m(?=[Bpf]|$)", "N"),
        (r"(?:^|(?<=[aeiou]))y(?=[aeiou])|^i(?=[aeou])", "J"),
        (r"y", "i"),
        (r"(?<=.)d$", ""),
    )
]
_VOWELS = str.maketrans("aeiou", "AEEOO")
_INNER_VOWELS = re.compile(r"(?<!^)[aeiou]+(?=[^aeiou])")
_DOUBLED = re.compile(r"(.)\1+")
# A sound that is written in ways which the letters alone do not tell apart: Castillo = Castiyo, Yésica = Jessica.
_VARIANTS = {"L": "LJ", "J": "JL"}


def parts(name: str) -> list[str]:
    """The name's parts in order, lower case, without accents: "María del Carmen Núñez" → maria, carmen, nunez."""
    bare = "".join(_letters(name))
    words = [ABBREVIATIONS.get(word, word) for word in re.split(r"[^a-z']+", bare)]
    return [part for part in (_part(word) for word in _joined(words)) if len(part) > 1]


def _letters(name: str) -> Iterator[str]:
    for char in unicodedata.normalize("NFC", name).lower().translate(_BEFORE_ACCENTS_GO):
        yield from (c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))


def _joined(words: list[str]) -> Iterator[str]:
    ahead = ""
    for word in words:
        if word in JOINED:
            ahead += JOINED[word]
        elif word and word not in PARTICLES:
            yield ahead + word
            ahead = ""
    if ahead:
        yield ahead


def _part(word: str) -> str:
    return _GLUED.sub("", re.sub(r"^d'", "", word).replace("'", ""))


def sound(part: str) -> str:
    """The code of one part as parts() gives it. Núñez and Nunes, Carvalho and Carvallo have the same."""
    code = part
    for pattern, heard in _SOUNDS:
        code = pattern.sub(heard, code)
    code = _INNER_VOWELS.sub("", _DOUBLED.sub(r"\1", code))
    code = re.sub(r"[aeiou]+$", lambda vowels: vowels[0][-1], code)
    return code.translate(_VOWELS).upper()


def sounds(name: str) -> list[str]:
    """One code a part, each once."""
    return list(dict.fromkeys(code for code in map(sound, parts(name)) if code))


def variants(code: str) -> list[str]:
    """The codes under which somebody may have written what sounds like this one; itself first."""
    spelled = (_VARIANTS.get(letter, letter) for letter in code)
    return ["".join(chosen) for chosen, _ in zip(product(*spelled), range(MOST_VARIANTS), strict=False)]


def pairs(codes: list[str]) -> list[tuple[str, str]]:
    """What is kept of a name: every two of its parts, in alphabetical order; of a name of one part, that part."""
    if len(codes) == 1:
        return [(codes[0], codes[0])]
    return [_pair(a, b) for i, a in enumerate(codes) for b in codes[i + 1 :]]


def sought(codes: list[str]) -> list[tuple[str, str]]:
    """The pairs that a look-up asks for: those of every variant."""
    if len(codes) == 1:
        return [(code, code) for code in variants(codes[0])]
    found = [
        _pair(one, other)
        for i, a in enumerate(codes)
        for b in codes[i + 1 :]
        for one, other in product(variants(a), variants(b))
    ]
    return list(dict.fromkeys(found))


def needed(pairs_of_the_shorter: int, *, loosely: bool = False) -> int:
    """How many pairs two names must have in common for the shorter one to be in the longer one.

    All its parts but one, and of three or fewer all; loosely, of three any two.
    """
    count = (1 + isqrt(1 + 8 * pairs_of_the_shorter)) // 2
    spared = count > (2 if loosely else 3)
    return max(1, comb(count - spared, 2))


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)
