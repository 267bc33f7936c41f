"""The release: an immutable folder, the contract between the engine and everything after it.

Column meanings, units and missing-value rules live here and nowhere else; `mirti schema` prints them and
`mirti verify` holds a folder against them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = "1.1"

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
    "choices": "the index's choices of method, drawn again and again; no sampling error and no error of the registers",
    "none": "no interval",
}

_ESTIMATE = (
    Column("children", "float64", "children", "never", "children of the outcome's ages in children_year"),
    Column("children_year", "int32", "year", "never", "year the number of children refers to"),
    Column("children_source", "string", "-", "never", "'census' or 'projection'"),
    Column(
        "sample_n",
        "int64",
        "children",
        "measure is index",
        "sampled children of the domain in it",
        public=False,
    ),
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
        "risk",
        "float64",
        "proportion",
        "never",
        "modelled probability of the outcome among its children; of an index, its score / 100",
    ),
    Column(
        "se",
        "float64",
        "proportion",
        "interval_kind is none",
        "standard error of risk, of the kind interval_kind says; bootstrap: root of the mean squared error",
    ),
    Column("ci_low", "float64", "proportion", "interval_kind is none", "lower end of the 95 % interval"),
    Column("ci_high", "float64", "proportion", "interval_kind is none", "upper end of the 95 % interval"),
    Column("interval_kind", "string", "-", "never", "what the interval holds: " + ", ".join(INTERVAL_KINDS)),
    Column(
        "expected", "float64", "children", "measure is index", "expected working children: risk × children"
    ),
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
            "sample_share",
            "float64",
            "proportion",
            "no area effect in the method",
            "share of the prediction that comes from its own sample: 1 − posterior / prior variance of its effect",
            public=False,
        ),
        Column(
            "p_<class>",
            "float64",
            "probability",
            "interval_kind has no draws",
            "one column a class: probability of being in it (bootstrap: share of the smoothed replicates)",
        ),
        Column(
            "rank",
            "int32",
            "1 = highest risk",
            "never",
            "rank by risk among all areas; ties share the best rank",
        ),
        Column("rank_low", "int32", "rank", "interval_kind has no draws", "best rank of the 95 % interval"),
        Column("rank_high", "int32", "rank", "interval_kind has no draws", "worst rank of the 95 % interval"),
        Column(
            "p_top",
            "float64",
            "probability",
            "interval_kind has no draws",
            "probability of being among the top areas, whose number diagnostics.json gives (bootstrap: smoothed)",
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
    "area × replicate: draws of the rate given the estimate (bootstrap), or of the score (choices)",
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
        Column(
            "se",
            "float64",
            "log odds",
            "never",
            "standard error: design-based, or (mixed) between sampled areas",
        ),
        Column("t", "float64", "-", "never", "estimate / se"),
        Column(
            "df",
            "float64",
            "-",
            "normal distribution",
            "degrees of freedom of the t distribution; null: normal",
        ),
        Column("p_value", "float64", "probability", "df < 1", "two-sided"),
        Column("odds_ratio", "float64", "ratio", "never", "exp(estimate)"),
        Column("or_low", "float64", "ratio", "df < 1", "lower end of its 95 % interval"),
        Column("or_high", "float64", "ratio", "df < 1", "upper end of its 95 % interval"),
    ),
    required=False,
)

SCENARIOS = Table(
    "scenarios.parquet",
    ("scenario", "code"),
    "one row a what-if scenario and territory: a difference implied by the model, not the effect of a policy",
    (
        Column("scenario", "string", "-", "never", "name in the spec, which holds its label"),
        Column("code", "string", "-", "never", "area or domain code"),
        Column("risk", "float64", "proportion", "never", "rate that the model implies under the scenario"),
        Column("difference", "float64", "difference of proportions", "never", "that rate minus risk"),
        Column(
            "ci_low",
            "float64",
            "difference of proportions",
            "interval_kind is not bootstrap",
            "lower end of the 95 % interval of the difference",
        ),
        Column(
            "ci_high",
            "float64",
            "difference of proportions",
            "interval_kind is not bootstrap",
            "upper end of the 95 % interval of the difference",
        ),
        Column("expected_difference", "float64", "difference of children", "never", "difference × children"),
        Column("moved", "float64", "proportion", "never", "share of its children whose covariate changed"),
    ),
    required=False,
)

HOTSPOTS = Table(
    "hotspots.parquet",
    ("code",),
    "one row an area: whether it and its neighbours stand out together",
    (
        Column("code", "string", "-", "never", "area code"),
        Column("neighbours", "int32", "areas", "never", "areas that touch it; 0: an island or no polygon"),
        Column(
            "local_moran", "float64", "-", "no neighbours", "local Moran's I, weights summing to 1 an area"
        ),
        Column("p_value", "float64", "probability", "no neighbours", "two-sided, conditional permutations"),
        Column(
            "p_adjusted",
            "float64",
            "probability",
            "no neighbours",
            "Benjamini–Hochberg: false discovery rate",
        ),
        Column(
            "quadrant",
            "string",
            "high_high|low_low|high_low|low_high",
            "no neighbours",
            "its rate against the mean, and its neighbours' against the mean",
        ),
        Column("hot_spot", "bool", "-", "never", "true: high_high and p_adjusted within the limit"),
        Column("cold_spot", "bool", "-", "never", "true: low_low and p_adjusted within the limit"),
        Column(
            "share_hot",
            "float64",
            "probability",
            "interval_kind has no draws, or no neighbours",
            "share of the replicates in which it is a hot spot",
        ),
    ),
    required=False,
)

TYPES = Table(
    "types.parquet",
    ("code",),
    "one row an area: its type, which diagnostics.json describes",
    (
        Column("code", "string", "-", "never", "area code"),
        Column("type", "int32", "1 = lowest mean risk", "never", "type of territory"),
    ),
    required=False,
)

WEIGHTS = Table(
    "weights.parquet",
    ("indicator",),
    "one row an indicator of a composite index",
    (
        Column("indicator", "string", "-", "never", "machine name"),
        Column("dimension", "string", "-", "never", "machine name of its dimension"),
        Column("weight", "float64", "proportion", "never", "weight in the index; they sum to 1"),
        Column("direction", "string", "more|less", "never", "whether more or less of it is worse"),
        Column("treatment", "string", "-", "never", "none, winsorised or box_cox, with its figures"),
        Column("unit", "string", "-", "never", "the indicator's unit"),
        Column("year", "int32", "year", "not known", "year it refers to"),
        Column("source", "string", "-", "never", "where it comes from"),
        Column("label_es", "string", "-", "never", "what a reader is shown, in Spanish"),
        Column("label_pt", "string", "-", "never", "the same in Portuguese"),
        Column("label_en", "string", "-", "never", "the same in English"),
        Column("label_fr", "string", "-", "never", "the same in French"),
    ),
    required=False,
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

TABLES = (AREAS, DOMAINS, DRIVERS, REPLICATES, COEFFICIENTS, WEIGHTS, SCENARIOS, HOTSPOTS, TYPES, PROFILE)

# What they hold is declared in mirti.documents.
JSON_FILES = ("manifest.json", "classes.json", "diagnostics.json")
OPTIONAL_FILES = ("areas.geojson",)
REPORT = "report.html"
