"""The release: an immutable folder, the contract between the engine and everything after it.

Column meanings, units and missing-value rules live here and nowhere else; `mirti schema` prints them and
`mirti verify` holds a folder against them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = "1.0"

Type = Literal["string", "int64", "int32", "float64", "float32", "bool"]


@dataclass(frozen=True)
class Column:
    """One column of a release table. missing: when the value is null ("never" if it may not be)."""

    name: str
    type: Type
    unit: str
    missing: str
    meaning: str
    public: bool = True


@dataclass(frozen=True)
class Table:
    name: str
    key: tuple[str, ...]
    meaning: str
    columns: tuple[Column, ...]
    required: bool = True


INTERVAL_KINDS = {
    "coefficients": "sampling error of the coefficients; not the territory's own departure from the model",
    "bootstrap": "sampling error of coefficients, variances and benchmark, and the territory's own departure",
    "none": "no interval",
}

_ESTIMATE = (
    Column("children", "float64", "children", "never", "children of the outcome's ages in children_year"),
    Column("children_year", "int32", "year", "never", "year the number of children refers to"),
    Column("children_source", "string", "-", "never", "'census' or 'projection'"),
    Column("sample_n", "int64", "children", "never", "sampled children of the domain in it", public=False),
    Column("direct", "float64", "proportion", "no sample in it", "design-based direct rate", public=False),
    Column(
        "direct_se",
        "float64",
        "proportion",
        "no sample, or a variance that cannot be estimated",
        "standard error of the direct rate",
        public=False,
    ),
    Column(
        "risk", "float64", "proportion", "never", "modelled probability of the outcome among its children"
    ),
    Column("se", "float64", "proportion", "never", "standard error of risk, of the kind interval_kind says"),
    Column("ci_low", "float64", "proportion", "never", "lower end of the 95 % interval (logit scale)"),
    Column("ci_high", "float64", "proportion", "never", "upper end of the 95 % interval (logit scale)"),
    Column("interval_kind", "string", "-", "never", "what the interval holds: " + ", ".join(INTERVAL_KINDS)),
    Column("expected", "float64", "children", "never", "expected working children: risk × children"),
    Column("cv", "float64", "ratio", "interval_kind is not bootstrap", "coefficient of variation of risk"),
    Column("reliability", "string", "A|B|C|withheld", "interval_kind is not bootstrap", "reliability letter"),
)

AREAS = Table(
    "areas.parquet",
    ("code",),
    "one row an area (municipality)",
    (
        Column("code", "string", "-", "never", "area code as the spec forms it"),
        Column("name", "string", "-", "never", "area name (the code if no name is known)"),
        Column("parent", "string", "-", "the country is the parent", "code of the domain above (department)"),
        *_ESTIMATE,
        Column("class", "int32", "1 = lowest", "never", "class by the published breaks"),
        Column(
            "p_<class>",
            "float64",
            "probability",
            "interval_kind is not bootstrap",
            "one column a class: probability of being in it",
        ),
        Column(
            "rank",
            "int32",
            "1 = highest risk",
            "never",
            "rank by risk among all areas; ties share the best rank",
        ),
        Column(
            "rank_low", "int32", "rank", "interval_kind is not bootstrap", "best rank of the 95 % interval"
        ),
        Column(
            "rank_high", "int32", "rank", "interval_kind is not bootstrap", "worst rank of the 95 % interval"
        ),
    ),
)

DOMAINS = Table(
    "domains.parquet",
    ("code",),
    "one row a domain above the areas: the country and its departments, weighted by children",
    (
        Column("code", "string", "-", "never", "domain code; the country's is the spec's country code"),
        Column("name", "string", "-", "never", "domain name"),
        Column("level", "string", "country|department", "never", "which tier of the tree"),
        *_ESTIMATE,
        Column("areas", "int32", "areas", "never", "areas in it"),
        Column("rank", "int32", "1 = highest risk", "level is country", "rank by risk among the departments"),
    ),
)

DRIVERS = Table(
    "drivers.parquet",
    ("code", "factor"),
    "one row a territory (area or department) and factor: its part in the distance from the national rate",
    (
        Column("code", "string", "-", "never", "area or domain code"),
        Column(
            "factor",
            "string",
            "-",
            "never",
            "covariate or interaction; 'area_effect', 'benchmark' and 'remainder' are rows of their own",
        ),
        Column(
            "contribution",
            "float64",
            "difference of proportions",
            "never",
            "part of risk minus national risk; rows sum exactly",
        ),
        Column(
            "ci_low",
            "float64",
            "difference of proportions",
            "interval_kind is not bootstrap",
            "lower end of the 95 % interval",
        ),
        Column(
            "ci_high",
            "float64",
            "difference of proportions",
            "interval_kind is not bootstrap",
            "upper end of the 95 % interval",
        ),
    ),
)

REPLICATES = Table(
    "replicates.parquet",
    ("code", "replicate"),
    "area × bootstrap replicate; absent until the bootstrap has run",
    (
        Column("code", "string", "-", "never", "area code"),
        Column("replicate", "int32", "-", "never", "replicate number from 0"),
        Column("risk", "float32", "proportion", "never", "replicate of risk"),
    ),
    required=False,
)

COEFFICIENTS = Table(
    "coefficients.parquet",
    ("term",),
    "one row a column of the model",
    (
        Column(
            "term", "string", "-", "never", "column of the model matrix: '(Intercept)', 'covariate=level', …"
        ),
        Column("factor", "string", "-", "the intercept", "covariate or interaction it belongs to"),
        Column("level", "string", "-", "numeric covariate or intercept", "level of a categorical covariate"),
        Column(
            "reference", "string", "-", "numeric covariate or intercept", "reference level of the covariate"
        ),
        Column("estimate", "float64", "log odds", "never", "pseudo-maximum-likelihood estimate"),
        Column("se", "float64", "log odds", "never", "design-based standard error"),
        Column("t", "float64", "-", "never", "estimate / se"),
        Column("df", "float64", "-", "never", "residual design degrees of freedom"),
        Column("p_value", "float64", "probability", "df < 1", "two-sided, t distribution"),
        Column("odds_ratio", "float64", "ratio", "never", "exp(estimate)"),
        Column("or_low", "float64", "ratio", "df < 1", "lower end of its 95 % interval"),
        Column("or_high", "float64", "ratio", "df < 1", "upper end of its 95 % interval"),
    ),
)

PROFILE = Table(
    "profile.parquet",
    ("code", "variable"),
    "one row a territory (area or domain) and variable of its profile: census composition and registers",
    (
        Column("code", "string", "-", "never", "area or domain code"),
        Column("variable", "string", "-", "never", "machine name, e.g. 'children.sex=female' or 'enrolment'"),
        Column("value", "float64", "see unit", "not known for it, or withheld", "the value"),
        Column("withheld", "bool", "-", "never", "true where a small count of people is protected"),
        Column("unit", "string", "-", "never", "'proportion', 'count', or the register's own unit"),
        Column("year", "int32", "year", "not known", "year it refers to"),
        Column("source", "string", "-", "never", "'census' or the register's name"),
        Column("label_es", "string", "-", "never", "what a reader is shown, in Spanish"),
        Column("label_pt", "string", "-", "never", "the same in Portuguese"),
        Column("label_en", "string", "-", "never", "the same in English"),
        Column("label_fr", "string", "-", "never", "the same in French"),
    ),
    required=False,
)

TABLES = (AREAS, DOMAINS, DRIVERS, REPLICATES, COEFFICIENTS, PROFILE)

# What they hold is declared in mirti.documents.
JSON_FILES = ("manifest.json", "classes.json", "diagnostics.json")
OPTIONAL_FILES = ("areas.geojson",)
REPORT = "report.html"
