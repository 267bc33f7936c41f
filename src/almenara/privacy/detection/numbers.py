"""Numbers that belong to a person: national documents and telephones, by their form, their check digits and the words
before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from almenara.privacy.detection import digits as rules
from almenara.privacy.detection.findings import Finding, Kind

REACH, NEAR = 48, 20  # characters before a number within which a word says what it is, or what it is not
RUN = re.compile(
    r"(?<![\w.,/-])[+(]{0,2}\d(?:[\d().\-/]|[ \u00a0](?=[\d(]))*(?:-[\dKkXx](?![\w]))?(?<=[\dKkXx])(?!\w)"
)
CUE_DOCUMENT = (
    r"c[eé]dulas?|c\.\s?i\b\.?|ci|d\.\s?n\.\s?i\b\.?|r\.\s?g\b\.?|dni|dui|dpi|cui|cpf|rg|curp|rfc|rut|run|nit|nif|nis|pis|cns|cnh|trn|cin|c\.\s?c\b\.?|"
    r"t\.\s?i\b\.?|tarjeta de identidad|carn[eé]t?|documentos?|doc|identidade?|identidad|identity|identit[eé]|"
    r"identifica[cç][aã]o|identificaci[oó]n|identification|pasaporte|passaporte|passport|passeport|partida|"
    r"acta de nacimiento|certid[aã]o|birth certificate|acte de naissance|matr[ií]cula consular|clave de elector|"
    r"t[ií]tulo de eleitor|national id|id card|id number|id no|\bid"
)
CUE_PHONE = (
    r"tel[eé]fonos?|tel[eé]f|tel|t[eé]l[eé]phone|telefones?|phone|fone|celular(?:es)?|cell?|m[oó]vil|mobile|portable|"
    r"whats?app|wasap|wpp|zap|llamar|llame|ligar|ligue|call(?:ed)?|appeler|appelez|joindre|contacto|contato|contact|"
    r"text|sms|mensaje|fijo|landline"
)
CUE_OTHER = (
    r"ley|decreto|resoluci[oó]n|lei|portaria|resolu[cç][aã]o|law|act|decree|loi|d[eé]cret|arr[eê]t[eé]|art[ií]culos?|art|"
    r"artigo|article|convenio|conven[cç][aã]o|convention|expediente|processo|proceso|dossier|expte|oficio|of[ií]cio|acta|"
    r"circular|factura|fatura|invoice|facture|lote|placa|km|kil[oó]metro|rd|us|r|bs|q|s|usd|cop|\$|€|soles|pesos|cnpj|ruc|"
    r"folio|p[aá]gs?|cap[ií]tulo|isbn|c[oó]digo postal|cep|zip|poblaci[oó]n|popula[cç][aã]o|population|censo"
)
CUES = re.compile(
    rf"(?<!\w)(?:(?P<document>{CUE_DOCUMENT})|(?P<phone>{CUE_PHONE})|(?P<other>{CUE_OTHER}))(?!\w)",
    re.IGNORECASE,
)
UNIT = re.compile(
    r"\s*(?:%|\$|€|kg\b|km\b|ha\b|m2|pesos|reais|soles|quetzales|lempiras|c[oó]rdobas|gourdes|d[oó]lares|dollars|bol[ií]vares|"
    r"guaran[ií]es|colones|ni[ñn][oa]s|crian[cç]as|children|enfants|habitantes|inhabitants|habitants|personas|pessoas|"
    r"people|personnes|hect[aá]re?as|hogares|millones|mil\b)",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.;!?]\s+(?=[A-ZÁÉÍÓÚÑÀÂÇÊÔ])|\n\s*\n")
ABBREVIATED = re.compile(
    r"(?:^|\W)(?:n|no|nro|n[uú]m|nº|tel|cel|c\.i|c\.c|t\.i|doc|wpp|t[eé]l)$", re.IGNORECASE
)
LETTERED = re.compile(
    r"(?<!\w)(?:"
    r"(?P<curp>[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d)|(?P<rfc>[A-ZÑ&]{4}-?\d{6}-?[A-Z\d]{3})|(?P<elector>[A-Z]{6}\d{8}[HM]\d{3})|"
    r"(?P<nicaragua>\d{3}-?\d{6}-?\d{4}[A-Z])|(?P<venezuela>[VE][-. ]?\d{1,2}\.\d{3}\.\d{3}|[VE]-\d{6,8})|"
    r"(?P<panama>(?:PE|E|N|\d{1,2}AV|\d{1,2}PI)-\d{1,4}-\d{1,6})|(?P<brazil>[A-Z]{2}-?\d{1,2}\.\d{3}\.\d{3}(?:-[\dX])?)"
    r")(?!\w)",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(?<!\w)(?:[A-Z]{1,3}[- ]?\d{5,9}[A-Z]?|\d{2}[A-Z]{2}\d{5})(?!\w)")
FORMS = {
    "cpf": r"\d{3}\.\d{3}\.\d{3}[-/.]\d{2}", "dominican": r"\d{3}-\d{7}-\d", "chile": r"\d{1,2}\.?\d{3}\.?\d{3}-[\dKk]",
    "salvador": r"\d{8}-\d", "costa rica": r"[1-9]-\d{4}-\d{4}", "guatemala": r"\d{4} \d{5} \d{4}",
    "honduras": r"\d{4}-\d{4}-\d{5}", "pis": r"\d{3}\.\d{5}\.\d{2}-\d", "rg": r"\d{2}\.\d{3}\.\d{3}-[\dXx]",
    "haiti": r"\d{2}-\d{2}-\d{2}-\d{4}-\d{2}-\d{5}|\d{3}-\d{3}-\d{3}-\d", "uruguay": r"\d\.\d{3}\.\d{3}-\d",
}  # fmt: skip
DOCUMENT_FORM = re.compile("|".join(f"(?:{form})" for form in FORMS.values()))
PHONE_FORMS = re.compile(
    r"\+\(?\d[\d().\- /]{6,20}\d"
    r"|\(\d{1,4}\)[ .-]?(?:9[ .-])?\d{3,5}[ .-]?\d{3,4}"
    r"|1[ .-]\d{3}[ .-]\d{3}[ .-]\d{4}"
    r"|0?\d{2,3}[ .-]\d{3}[ .-]\d{4}|0?\d{2,3}[ .-]\d{3}[ .-]\d{2}[ .-]\d{2}"
    r"|0\d(?:[ .-]\d{2}){4}|0\d{3}(?:[ .-]\d{2}){3}"
    r"|\d{2} 9?\d{4}[ -]\d{4}|9?[1-9]\d{3}[ -]\d{4}|9\d{2} \d{3} \d{3}|9 \d{4} \d{4}"
    r"|\d{2} \d{2} \d{4}|0\d{3}[ -]\d{6,7}|0\d{2}[ -]\d{6,7}"
    r"|15[ -]?\d{4}[ -]?\d{4}"
)
PLAIN_PHONE = re.compile(
    r"3[0-5]\d{8}|8[024]9\d{7}|(?:09|04)\d{8,9}|9\d{8}|0\d{9,10}|876\d{7}|868\d{7}|\d{2}9\d{8}"
)
YEARS = re.compile(r"(?:1[89]|20|21)\d\d[-– /]+(?:1[89]|20|21)\d\d")
DAY = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")


def numbers(text: str) -> Iterator[Finding]:
    """Documents and telephones, the surest first."""
    for found in LETTERED.finditer(text):
        if found.lastgroup not in ("curp", "rfc") or rules.is_day(re.sub(r"\D", "", found[0])[:6]):
            yield Finding(*found.span(), Kind.DOCUMENT)
    for found in NUMBERED.finditer(text):
        if cue_before(text, found.start()) is Kind.DOCUMENT:
            yield Finding(*found.span(), Kind.DOCUMENT)
    for found in RUN.finditer(text):
        kind = _kind(text, found)
        if kind:
            yield Finding(*found.span(), kind)


def _kind(text: str, found: re.Match[str]) -> Kind | None:
    written = found[0]
    count = sum(character.isdigit() for character in written)
    if count < 5 or YEARS.fullmatch(written) or DAY.fullmatch(written):
        return None
    cue = cue_before(text, found.start())
    if cue is Kind.DOCUMENT:
        return Kind.DOCUMENT if count <= 20 else None
    if cue is Kind.PHONE and 6 <= count <= 15:
        return Kind.PHONE
    if cue == "other" or UNIT.match(text, found.end()):
        return Kind.DOCUMENT if _proves_itself(written) else None
    return _kind_by_form(written)


def _kind_by_form(written: str) -> Kind | None:
    if DOCUMENT_FORM.fullmatch(written):
        return Kind.DOCUMENT
    if PHONE_FORMS.fullmatch(written):
        return Kind.PHONE
    if _proves_itself(written):
        return Kind.DOCUMENT
    return Kind.PHONE if PLAIN_PHONE.fullmatch(written) else None


def _proves_itself(written: str) -> bool:
    """By check digits that a number of another kind hardly ever has, in a form that another kind does not take."""
    plain = re.sub(r"[^\dkK]", "", written)
    if "-" in written and re.fullmatch(FORMS["chile"], written):
        return rules.rut(plain)
    if not plain.isdigit():
        return False
    long = len(plain) in (11, 13) and (rules.cpf(plain) or rules.luhn(plain) or rules.guatemala(plain))
    return long and not written.startswith("+")


def cue_before(text: str, at: int) -> Kind | str | None:
    """What the nearest word before a place says a number there is; words of another sentence say nothing."""
    window = text[max(0, at - REACH) : at]
    for end in reversed(list(SENTENCE_END.finditer(window))):
        if not ABBREVIATED.search(window[: end.start()]):
            window = window[end.end() :]
            break
    cues = [cue for cue in CUES.finditer(window) if not cue["other"] or len(window) - cue.end() < NEAR]
    if not cues:
        return None
    last = cues[-1]
    if last["document"] and re.search(r"\d{5,}", window[last.end() :]):  # another number has taken the word
        return None
    return "other" if last["other"] else Kind.DOCUMENT if last["document"] else Kind.PHONE
