"""The ready spec of a simulated country: thirteen covariates, with household features or all stored."""

from __future__ import annotations

from typing import Any

from mirti.simulate.children import AGE_CUTS, LACKING_CUTS, LAG_CUTS, LOG_ODDS, SCHOOLING_CUTS
from mirti.simulate.questionnaire import HAZARDOUS_BRANCHES, HAZARDOUS_OCCUPATIONS
from mirti.simulate.registers import CENSUS_YEAR, REFERENCE_YEAR, REGISTER_YEAR, SURVEY_YEAR

COUNTRY = "XM"  # ISO 3166 leaves XA to XZ to users: no real country has it

Labels = tuple[str, str, str, str]

NAMES: dict[str, Labels] = {
    "age": ("Edad", "Idade", "Age", "Âge"),
    "sex": ("Sexo", "Sexo", "Sex", "Sexe"),
    "attendance": ("Asistencia escolar", "Frequência escolar", "School attendance", "Fréquentation scolaire"),
    "zone": ("Zona", "Zona", "Zone", "Zone"),
    "lag": ("Rezago escolar", "Defasagem escolar", "Schooling lag", "Retard scolaire"),
    "head_schooling": (
        "Escolaridad de la jefatura del hogar", "Escolaridade da pessoa responsável pelo domicílio",
        "Schooling of the head of household", "Scolarité de la personne de référence du ménage",
    ),
    "head_activity": (
        "Actividad de la jefatura del hogar", "Atividade da pessoa responsável pelo domicílio",
        "Activity of the head of household", "Activité de la personne de référence du ménage",
    ),
    "head_sex": (
        "Sexo de la jefatura del hogar", "Sexo da pessoa responsável pelo domicílio",
        "Sex of the head of household", "Sexe de la personne de référence du ménage",
    ),
    "any_informal": (
        "Empleo informal en el hogar", "Emprego informal no domicílio",
        "Informal employment in the household", "Emploi informel dans le ménage",
    ),
    "ethnicity": ("Pertenencia étnica", "Pertencimento étnico", "Ethnicity", "Appartenance ethnique"),
    "birthplace": ("Lugar de nacimiento", "Lugar de nascimento", "Place of birth", "Lieu de naissance"),
    "lacking": (
        "Servicios que faltan en la vivienda", "Serviços que faltam na moradia",
        "Services the dwelling lacks", "Services qui manquent au logement",
    ),
    "overcrowded": ("Hacinamiento", "Adensamento excessivo", "Overcrowding", "Surpeuplement du logement"),
}  # fmt: skip

LEVELS: dict[str, dict[str, Labels]] = {
    "age": {
        "5-8": ("5 a 8 años", "5 a 8 anos", "5 to 8 years", "5 à 8 ans"),
        "9-11": ("9 a 11 años", "9 a 11 anos", "9 to 11 years", "9 à 11 ans"),
        "12-14": ("12 a 14 años", "12 a 14 anos", "12 to 14 years", "12 à 14 ans"),
        "15-17": ("15 a 17 años", "15 a 17 anos", "15 to 17 years", "15 à 17 ans"),
    },
    "sex": {
        "male": ("Niño", "Menino", "Boy", "Garçon"),
        "female": ("Niña", "Menina", "Girl", "Fille"),
    },
    "attendance": {
        "attends": ("Asiste", "Frequenta", "Attends", "Fréquente l'école"),
        "does_not": ("No asiste", "Não frequenta", "Does not attend", "Ne fréquente pas l'école"),
    },
    "zone": {
        "urban": ("Urbana", "Urbana", "Urban", "Urbaine"),
        "rural": ("Rural", "Rural", "Rural", "Rurale"),
    },
    "lag": {
        "none": ("Sin rezago", "Sem defasagem", "No lag", "Sans retard"),
        "1-2": ("1 o 2 años", "1 ou 2 anos", "1 or 2 years", "1 ou 2 ans"),
        "3+": ("3 años o más", "3 anos ou mais", "3 years or more", "3 ans ou plus"),
    },
    "head_schooling": {
        "0-5": ("0 a 5 años", "0 a 5 anos", "0 to 5 years", "0 à 5 ans"),
        "6-8": ("6 a 8 años", "6 a 8 anos", "6 to 8 years", "6 à 8 ans"),
        "9-11": ("9 a 11 años", "9 a 11 anos", "9 to 11 years", "9 à 11 ans"),
        "12+": ("12 años o más", "12 anos ou mais", "12 years or more", "12 ans ou plus"),
    },
    "head_activity": {
        "employed": ("Ocupada", "Ocupada", "Employed", "En emploi"),
        "unemployed": ("Desocupada", "Desocupada", "Unemployed", "Au chômage"),
        "inactive": ("Inactiva", "Inativa", "Inactive", "Inactive"),
    },
    "head_sex": {
        "male": ("Hombre", "Homem", "Man", "Homme"),
        "female": ("Mujer", "Mulher", "Woman", "Femme"),
    },
    "any_informal": {
        "no": ("Nadie", "Ninguém", "Nobody", "Personne"),
        "yes": ("Al menos una persona", "Ao menos uma pessoa", "At least one person", "Au moins une personne"),
    },
    "ethnicity": {
        "indigenous": ("Indígena", "Indígena", "Indigenous", "Autochtone"),
        "afro": ("Afrodescendiente", "Afrodescendente", "Afro-descendant", "Afrodescendante"),
        "other": ("Otra", "Outra", "Other", "Autre"),
    },
    "birthplace": {
        "here": ("Este municipio", "Este município", "This municipality", "Cette municipalité"),
        "elsewhere": ("Otro municipio", "Outro município", "Another municipality", "Une autre municipalité"),
        "abroad": ("Otro país", "Outro país", "Another country", "Un autre pays"),
    },
    "lacking": {
        "0": ("Ninguno", "Nenhum", "None", "Aucun"),
        "1": ("Uno", "Um", "One", "Un"),
        "2+": ("Dos o más", "Dois ou mais", "Two or more", "Deux ou plus"),
    },
    "overcrowded": {
        "no": ("Menos de 3 personas por cuarto", "Menos de 3 pessoas por cômodo",
               "Fewer than 3 persons a room", "Moins de 3 personnes par pièce"),
        "yes": ("3 personas por cuarto o más", "3 pessoas por cômodo ou mais",
                "3 persons a room or more", "3 personnes par pièce ou plus"),
    },
}  # fmt: skip

REGISTERS: dict[str, Labels] = {
    "enrolment": ("Matrícula escolar", "Matrículas escolares", "School enrolment", "Inscriptions scolaires"),
    "dropout": ("Abandono escolar", "Abandono escolar", "School drop-out", "Abandons scolaires"),
    "health_posts": ("Puestos de salud", "Postos de saúde", "Health posts", "Postes de santé"),
    "inspections": ("Inspecciones laborales", "Inspeções do trabalho", "Labour inspections", "Inspections du travail"),
    "beneficiaries": (
        "Niñas y niños en programas sociales", "Crianças em programas sociais",
        "Children in social programmes", "Enfants dans les programmes sociaux",
    ),
}  # fmt: skip

PEOPLE = frozenset({"enrolment", "dropout", "beneficiaries"})  # registers that count people

REFERENCES = {
    "sex": "female", "head_schooling": "12+", "ethnicity": "other",
}  # fmt: skip
SERVICE = {"attendance", "lag", "lacking", "head_activity", "any_informal", "overcrowded"}


def spec(country_name: str, seed: int, *, stored: bool = False) -> dict[str, Any]:
    """The spec as nested tables. stored: household features are read from stored columns, not worked out."""
    coding = _stored() if stored else _stored() | _derived()
    return {
        "schema_version": "1",
        "run": {
            "name": "simulated-stored" if stored else "simulated",
            "title": _titles(country_name),
            "country": COUNTRY,
            "country_name": label((country_name,) * 4),
            "seed": seed,
        },
        "outcome": _outcome(),
        "outcome_label": label(
            ("Trabajo infantil", "Trabalho infantil", "Child labour", "Travail des enfants")
        ),
        "survey": _survey(),
        "census": {
            "year": CENSUS_YEAR,
            "kind": "persons",
            "source": {"file": "census/*.parquet"},
            "persons": PERSONS,
            "area": AREA,
        },
        "projection": {
            "source": {"file": "population.csv"},
            "year": REFERENCE_YEAR,
            "area": AREA,
            "count": "persons",
            "age": "age",
            "sex": "sex",
        },
        "areas": _areas(),
        "boundaries": {"file": "boundaries.geojson", "code": "code", "name": "name"},
        "classes": {"method": "natural_breaks", "number": 3},
        "covariates": [_covariate(name, coding[name]) for name in LOG_ODDS],
        "registers": [_registers()],
        "model": MODEL,
        "benchmark": {"to": "country"},
        "scenarios": [scenario | {"label": label(texts)} for scenario, texts in SCENARIOS],
    }


def label(texts: Labels) -> dict[str, str]:
    return dict(zip(("es", "pt", "en", "fr"), texts, strict=True))


MODEL: dict[str, Any] = {
    "estimator": "mixed",
    "candidates": [
        {"name": "children alone", "terms": ["age", "sex", "attendance", "zone", "lag"]},
        {"name": "sex matters more in the countryside", "terms": [*LOG_ODDS, "sex:zone"]},
    ],
}
SCENARIOS: tuple[tuple[dict[str, Any], Labels], ...] = (
    (
        {
            "name": "attendance",
            "covariate": "attendance",
            "levels": ["attends"],
            "share": 0.98,
            "direction": "up",
        },
        (
            "La asistencia escolar llega al 98 %", "A frequência escolar chega a 98 %",
            "School attendance reaches 98 %", "La fréquentation scolaire atteint 98 %",
        ),
    ),
    (
        {"name": "informality", "covariate": "any_informal", "levels": ["yes"], "multiply": 0.8},
        (
            "El empleo informal en los hogares baja una quinta parte",
            "O emprego informal nos domicílios cai um quinto",
            "Informal employment in households falls by a fifth",
            "L'emploi informel dans les ménages baisse d'un cinquième",
        ),
    ),
)  # fmt: skip

AREA = {"column": "area", "digits": 5}
PERSONS = {"age": "age", "sex": "sex", "household": ["household"], "head": "relation == 1"}


def _titles(name: str) -> dict[str, str]:
    return label(
        (
            f"Riesgo de trabajo infantil en {name}, país simulado",
            f"Risco de trabalho infantil em {name}, país simulado",
            f"Risk of child labour in {name}, a simulated country",
            f"Risque de travail des enfants à {name}, pays simulé",
        )
    )


def _outcome() -> dict[str, Any]:
    return {
        "kind": "child_labour",
        "ages": [5, 17],
        "works": "activity == 1",
        "hours": "hours",
        "chores_hours": "chores_hours",
        "branch": "branch",
        "occupation": "occupation",
        "hazardous_branches": list(HAZARDOUS_BRANCHES),
        "hazardous_occupations": list(HAZARDOUS_OCCUPATIONS),
        "source": "List of hazardous work of the simulated country",
    }


def _survey() -> dict[str, Any]:
    return {
        "year": SURVEY_YEAR,
        "weight": "weight",
        "strata": "stratum",
        "psu": "psu",
        "ssu": "household",
        "nest": False,
        "stratum_population": "stratum_psus",
        "psu_population": "psu_households",
        "single_psu": "fail",
        "source": {"file": "survey.parquet"},
        "persons": PERSONS,
        "area": AREA,
    }


def _areas() -> dict[str, Any]:
    return {
        "source": {"file": "territories.csv"},
        "code": {"column": "code", "digits": 5},
        "name": "name",
        "parent": {"column": "parent", "digits": 2},
        "parent_name": "parent_name",
    }


def _covariate(name: str, coding: dict[str, Any]) -> dict[str, Any]:
    """Both sources share the columns' names and codes, so both are coded alike."""
    levels = LEVELS[name]
    return {
        "name": name,
        "label": label(NAMES[name]),
        "levels": list(levels),
        "reference": REFERENCES.get(name, next(iter(levels))),
        "service": name in SERVICE,
        "survey": coding,
        "census": coding,
        "level_labels": {level: label(texts) for level, texts in levels.items()},
    }


def _stored() -> dict[str, dict[str, Any]]:
    return {
        "age": {"column": "age", "cuts": list(AGE_CUTS)},
        "sex": _recode("sex", 1),
        "attendance": _recode("attendance", 1),
        "zone": _recode("zone", 1),
        "lag": {"column": "lag", "cuts": list(LAG_CUTS)},
        "head_schooling": {"column": "head_schooling", "cuts": list(SCHOOLING_CUTS)},
        "head_activity": _recode("head_activity", 1),
        "head_sex": _recode("head_sex", 1),
        "any_informal": _recode("any_informal", 0),
        "ethnicity": _recode("ethnicity", 1),
        "birthplace": _recode("birthplace", 1),
        "lacking": {"column": "lacking", "cuts": list(LACKING_CUTS)},
        "overcrowded": _recode("overcrowded", 0),
    }


def _derived() -> dict[str, dict[str, Any]]:
    """The same facts worked out from the persons' own rows. 1/rooms summed over members is persons a room; 2.9 stands
    for 3 so that no rounding of thirds decides."""
    return {
        "lag": {"derive": "age - 6 - schooling", "cuts": list(LAG_CUTS)},
        "head_schooling": {"household": {"summary": "head", "of": "schooling"}, "cuts": list(SCHOOLING_CUTS)},
        "head_activity": _recode_of({"household": {"summary": "head", "of": "activity"}}, "head_activity", 1),
        "head_sex": _recode_of({"household": {"summary": "head", "of": "sex"}}, "head_sex", 1),
        "any_informal": {"household": {"summary": "count", "where": "informal == 1"}, "cuts": [1]},
        "lacking": {"derive": "3 - water - electricity - sanitation", "cuts": list(LACKING_CUTS)},
        "overcrowded": {"household": {"summary": "sum", "of": "1 / rooms"}, "cuts": [2.9]},
    }


def _recode(name: str, first: int) -> dict[str, Any]:
    return _recode_of({"column": name}, name, first)


def _recode_of(coding: dict[str, Any], name: str, first: int) -> dict[str, Any]:
    return coding | {"recode": {str(first + i): level for i, level in enumerate(LEVELS[name])}}


def _registers() -> dict[str, Any]:
    return {
        "name": "municipal",
        "source": {"file": "registers.csv"},
        "area": AREA,
        "year": REGISTER_YEAR,
        "variables": [
            {"column": name, "unit": "count", "people": name in PEOPLE, "label": label(texts)}
            for name, texts in REGISTERS.items()
        ],
    }
