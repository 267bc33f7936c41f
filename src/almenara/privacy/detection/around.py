"""What stands before or after a name and says that it is a person's, in the four languages."""

from __future__ import annotations

import re

REACH = 40  # characters before a name
IS_NEXT = re.compile(r"[ \u00a0]|\.\s|\s?:\s?|,\s|\s?[«“\"(]")
CALLED = frozenset({
    "llamada", "llamado", "llama", "nombre", "apodado", "apodada", "chamada", "chamado", "chama", "nome",
    "named", "called", "name", "nomme", "nommee", "appelle", "prenom", "nom",
})  # fmt: skip
BETWEEN_CALLED = frozenset(
    {"se", "me", "es", "esta", "este", "e", "is", "was", "est", "s", "la", "el", "le", "a", "o"}
)
OF = frozenset({"de", "of", "da", "do", "d", "del"})
KIN = frozenset({
    "hijo", "hija", "hijos", "hijas", "madre", "padre", "mama", "papa", "hermano", "hermana", "abuela",
    "abuelo", "tia", "tio", "prima", "primo", "esposa", "esposo", "filho", "filha", "filhos", "filhas", "mae",
    "pai", "irmao", "irma", "avo", "son", "daughter", "mother", "father", "sister", "brother", "wife",
    "husband", "fils", "fille", "mere", "pere", "frere", "soeur", "tante", "oncle", "grand-mere", "nombre",
    "nome", "nom", "name",
})  # fmt: skip
OWNED = frozenset({
    "hogar", "casa", "finca", "hacienda", "tienda", "taller", "puesto", "restaurante", "panaderia", "parcela",
    "plan", "caso", "sitio", "fazenda", "loja", "oficina", "padaria", "lar", "house", "home", "farm", "shop",
    "store", "maison", "ferme", "magasin", "foyer", "dia", "zona",
})  # fmt: skip
# Titles of those whom streets and schools are named after.
HONOURED = frozenset({
    "dr", "dra", "sir", "don", "dona", "padre", "madre", "pere", "mere", "general", "gral", "presidente",
    "coronel", "capitan", "profesor", "professor", "professora", "profesora", "maestro", "maestra", "monsenor",
    "monseigneur", "king", "queen", "prince", "princess", "sor", "hermano", "mariscal", "almirante", "papa",
    "pope", "doctor", "doctora",
})  # fmt: skip
UNITS = r"(?:años|anos|ans|years?|yrs|meses|months|mois)\b"
AGE_AFTER = re.compile(
    rf"\s*[,(]?\s*(?:(?:de|con|com|aged?|âgée?s? de|quien tiene|que tem)\s)?(?:unos\s|casi\s)?\d{{1,2}}\s*{UNITS}"
    r"|\s*,\s*aged\s\d",
    re.IGNORECASE,
)
AGE_BEFORE = re.compile(
    r"(?:\d{1,2}\s*(?:años|anos|ans)(?:\s*de\s*edad|\s*de\s*idade|\s*d[’']âge)?\s*,\s*|\d{1,2}-year-old\s)$",
    re.IGNORECASE,
)
KIN_AFTER = re.compile(
    r"\s*,\s*(?:(?:su|sua|seu|his|her|sa|son|la|el|the|a|o|le)\s)?"
    r"(?:madre|padre|mãe|pai|mother|father|mère|père|abuel[ao]|av[óô]|grandmother|grandfather|grand-mère|grand-père|"
    r"herman[ao]|irmã|irmão|sister|brother|sœur|frère|tí[ao]|ti[ao]|aunt|uncle|tante|oncle|prim[ao]|cousine?|vecin[ao]|"
    r"vizinh[ao]|neighbour|voisine?)\b",
    re.IGNORECASE,
)
# With, to, by or of whom something is done that is done with people only.
SPOKEN_TO = re.compile(
    r"(?<!\w)(?:"
    r"(?:llamar|llamó|visit\w+|entrevist\w+|acompañ\w+|entreg\w+|contact\w+|cit\w+|inform\w+|agred\w+|golpe\w+) a"
    r"|(?:hablar|habló|hablamos|convers\w+|vive|vivía|convive|reuni\w+|trabaja) con|firma(?:do por| el acta| la)?"
    r"|(?:acompañad|entrevistad|referid|golpead|denunciad|citad)[oa]s? por|caso de|contra de"
    r"|(?:identificad|conocid|reconocid)[oa] como"
    r"|ligar para|falar com|falamos com|convers\w+ com|mora com|vive com|assina(?: o termo)?|assinado por|entregue a"
    r"|acompanhad[oa] (?:de|por)|encaminhad[oa] por|identificad[oa] como|conhecid[oa] como"
    r"|(?:call|phone|visit(?:ed)?|interview(?:ed)?|met|told|saw|contact(?:ed)?) (?:with )?"
    r"|(?:spoke|talk(?:ed)?|lives?|living|stays|works) with|signed by|referred by|case of|identified as|known as"
    r"|(?:appeler|joindre|rencontrer|rencontré|interrogé|visité|contacter)|(?:parl\w+|vit|habite|discuté) avec"
    r"|signé par|accompagnée? (?:de|par)|cas de|connue? comme|identifiée? comme"
    r")\s*$",
    re.IGNORECASE,
)
BEFORE_VERB = frozenset({
    "no", "nao", "se", "le", "lo", "la", "did", "does", "not", "ne", "a", "ha", "ya", "ja", "also", "est", "n",
    "pas", "tambien", "tambem", "has", "is", "was", "s",
})  # fmt: skip
