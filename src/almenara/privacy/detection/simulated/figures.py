"""SIMULATED: documents, telephones and addresses of nobody, in the forms that notes have them."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

from almenara.privacy.detection import digits as rules

Draw = Callable[[random.Random], str]


def _digits(rng: random.Random, count: int) -> str:
    return str(rng.randint(1, 9)) + "".join(rng.choices(string.digits, k=count - 1))


def _such(rng: random.Random, draw: Draw, rule: Callable[[str], bool]) -> str:
    while not rule(drawn := draw(rng)):
        pass
    return drawn


def _shaped(rng: random.Random, shape: str) -> str:
    """In a shape # stands for a digit, @ for a capital letter."""
    drawn = {"#": string.digits, "@": string.ascii_uppercase}
    return "".join(rng.choice(drawn[c]) if c in drawn else c for c in shape)


def _cpf(rng: random.Random) -> str:
    d = _such(rng, lambda r: _digits(r, 11), rules.cpf)
    return f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}" if rng.random() < 0.7 else d


def _dominican(rng: random.Random) -> str:
    d = _such(rng, lambda r: f"0{r.randint(1, 39):02d}" + _shaped(r, "########"), rules.luhn)
    return f"{d[:3]}-{d[3:10]}-{d[10]}" if rng.random() < 0.7 else d


def _rut(rng: random.Random) -> str:
    d = _such(rng, lambda r: _digits(r, 8) + r.choice("0123456789K"), rules.rut)
    return rng.choice((f"{d[:2]}.{d[2:5]}.{d[5:8]}-{d[8]}", f"{d[:8]}-{d[8].lower()}"))


def _uruguay(rng: random.Random) -> str:
    d = _such(rng, lambda r: _digits(r, 8), rules.uruguay)
    return f"{d[0]}.{d[1:4]}.{d[4:7]}-{d[7]}"


def _cui(rng: random.Random) -> str:
    d = _such(rng, lambda r: _digits(r, 9) + f"{r.randint(1, 22):02d}{r.randint(1, 17):02d}", rules.guatemala)
    return f"{d[:4]} {d[4:9]} {d[9:]}" if rng.random() < 0.7 else d


def _curp(rng: random.Random) -> str:
    born = f"{rng.randint(0, 99):02d}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    return _shaped(rng, "@@@@") + born + rng.choice("HM") + _shaped(rng, "@@@@@##")


def _rfc(rng: random.Random) -> str:
    born = f"{rng.randint(0, 99):02d}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    return _shaped(rng, "@@@@") + born + _shaped(rng, "@#@")


def _of(*shapes: str) -> Draw:
    return lambda rng: _shaped(rng, rng.choice(shapes))


# What is said before each, and the number. An empty word: the form alone says what it is.
DOCUMENTS: dict[str, tuple[tuple[tuple[str, ...], Draw], ...]] = {
    "es": (
        (("cédula ", "cédula de identidad núm. ", "CI ", ""), _dominican),
        (("RUT ", "RUN ", "su RUT es "), _rut),
        (("C.I. ", "cédula: "), _uruguay),
        (("DNI ", "D.N.I. ", "documento nacional de identidad "), _of("4#.###.###", "4#######", "7#######")),
        (("cédula ", "C.I. "), _of("V-2#######", "V-2#.###.###", "E-8#######")),
        (("cédula ", "con cédula de ciudadanía "), _of("17########", "10########", "52######")),
        (("CURP ", "CURP: ", ""), _curp),
        (("RFC ", ""), _rfc),
        (("clave de elector ",), _of("@@@@@@90010109H###", "@@@@@@85122530M###")),
        (("CUI ", "DPI ", "número de DPI: "), _cui),
        (("DUI ", "DUI n.º ", ""), _of("0#######-#")),
        (("identidad ", "tarjeta de identidad n.º ", ""), _of("0801-1990-#####", "0501-2008-#####")),
        (("cédula ", "identificada con cédula "), _of("001-121290-####@", "1-1###-0###", "8-7##-1###", "PE-12-345")),
        (("T.I. ", "tarjeta de identidad "), _of("1 0## ### ###", "10########")),
        (("pasaporte ", "pasaporte n.º "), _of("@#######", "@@######", "1########")),
        (("partida de nacimiento n.º ", "acta de nacimiento "), _of("1####-2012", "######")),
    ),
    "pt": (
        (("CPF ", "CPF nº ", "CPF: ", ""), _cpf),
        (("RG ", "carteira de identidade ", "RG nº "),
        _of("2#.###.###-#", "1#.###.###-X", "MG-1#.###.###", "3########")), (("NIS ", "PIS "),
        _of("1##.#####.##-#", "1##########")), (("título de eleitor ",), _of("1### #### ####")),
        (("cartão nacional de saúde, CNS ",), _of("7## #### #### ####")), (("passaporte ",), _of("@@######")),
    ),
    "en": (
        (("TRN ", "TRN: ", "her TRN is "), _of("1##-###-###", "1########")),
        (("passport ", "passport no. ", "passport number "), _of("@#######", "@@######")),
        (("national ID ", "ID card no. ", "ID number "), _of("19######-####", "1########")),
        (("birth certificate no. ",), _of("2######", "@#######")),
        (("NIS ", "NIS no. "), _of("@######", "1########")),
    ),
    "fr": (
        (("CIN ", "carte d’identité ", "carte d'identité n° "), _of("05-01-99-1990-##-#####", "1#########")),
        (("NIF ", "NIF : ", ""), _of("003-###-###-#")),
        (("passeport ", "passeport n° "), _of("@@#######", "14@@#####")),
        (("acte de naissance n° ",), _of("#####", "1####")),
        (("numéro d'identification ",), _of("1#########")),
    ),
}  # fmt: skip
PHONES: dict[str, tuple[str, ...]] = {
    "es": (
        "809-555-####", "(829) 555-####", "8095######", "+1 849 555 ####", "300 555 ####", "3105######",
        "+57 310 555 ####", "5555-####", "+502 5555 ####", "+503 7555-####", "+504 9555-####", "09555#####",
        "+593 99 555 ####", "9 5555 ####", "+56 9 5555 ####", "955 555 ###", "9555#####", "+51 955 555 ###",
        "+54 9 11 5555-####", "(011) 4555-####", "55 5555 ####", "+52 55 5555 ####", "0414-555####",
        "+58 414 555 ####", "0981 555 ###", "+595 981 555###", "099 555 ###", "2555 ####", "71555###",
        "+591 71555###",
    ),
    "pt": (
        "(11) 95555-####", "11 95555-####", "(81) 3555-####", "+55 71 95555-####", "+55 (92) 95555 ####",
        "95555-####", "11955555###", "(85) 9 5555-####", "21 2555 ####",
    ),
    "en": (
        "876-555-####", "(868) 555-####", "+1 876 555 ####", "1-876-555-####", "592 655 ####", "+592 655-####",
        "246.555.####", "876555####", "+1 (758) 555-####", "501-655-####",
    ),
    "fr": (
        "37 55 ####", "+509 37 55 ####", "3755-####", "+509 4855####", "0696 55 ## ##", "+596 696 55 ## ##",
        "05 94 55 ## ##", "0694 55 ## ##", "(509) 3455-####",
    ),
}  # fmt: skip
# Forms that only the word before tells from another number.
MUST_BE_TOLD = ("71555###", "2555 ####", "0981 555 ###", "099 555 ###", "95555-####", "592 655 ####")
MAILBOXES = ("example.org", "ejemplo.com", "correo.example", "gmail.example", "mail.example.net")
DISGUISES: dict[str, tuple[tuple[str, str], ...]] = {
    "es": ((" arroba ", " punto "), ("[arroba]", "."), (" (at) ", " (punto) "), (" @ ", ".")),
    "pt": ((" arroba ", " ponto "), ("[at]", "[dot]"), (" (arroba) ", ".")),
    "en": ((" at ", " dot "), ("[at]", "[dot]"), (" (at) ", ".")),
    "fr": ((" arobase ", " point "), ("[at]", "."), (" arrobase ", ".")),
}


def document(rng: random.Random, language: str) -> tuple[str, str]:
    """What is said before it, and the number."""
    said, draw = rng.choice(DOCUMENTS[language])
    return rng.choice(said), draw(rng)


def phone(rng: random.Random, language: str, told: bool) -> str:
    """told: a word before it says that it is a telephone."""
    return _shaped(rng, rng.choice([s for s in PHONES[language] if told or s not in MUST_BE_TOLD]))


def email(rng: random.Random, language: str, name: str) -> str:
    local = rng.choice(
        (name, f"{name}.{rng.randint(1, 99)}", f"{name}_{rng.randint(2000, 2015)}", f"la.{name}")
    )
    at, dot = ("@", ".") if rng.random() < 0.6 else rng.choice(DISGUISES[language])
    return f"{local}{at}{rng.choice(MAILBOXES).replace('.', dot)}"
