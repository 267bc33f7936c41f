"""What a spec may declare, piece by piece. `mirti.spec` assembles these, checks them together and names the line.

They live at the bottom of the house so that every stage can be handed the piece it works from and nothing more.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

LANGUAGES = ("es", "pt", "en", "fr")


class Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(Declaration):
    """A text shown to readers, in the four languages of the house."""

    es: str
    pt: str
    en: str
    fr: str


class Source(Declaration):
    """A file to read: .csv, .csv.gz, .parquet (also a folder or a glob of them), .dta, .sav; relative to the spec."""

    file: str
    encoding: str = "utf-8"
    delimiter: str | None = None
    na: tuple[str, ...] = ("", "NA")  # texts of a CSV that mean missing


class AreaCode(Declaration):
    """How an area code is formed from a column: optional modulo for numeric codes, then zero-padded to digits."""

    column: str
    modulo: int | None = None
    digits: int | None = None


class Coding(Declaration):
    """How one source codes a covariate. Exactly one of column, derive, household says where the value comes from.

    derive: arithmetic and comparisons over columns ("edad - 6 - anoest"). household: a feature of the person's household.
    Then exactly one of recode (source value → level; every value must be named, or be in na), cuts (n cut points, n + 1
    levels: level i holds values below cuts[i]), or neither (the value itself is the level, or the number if numeric).
    na: source values that mean missing for this covariate.
    """

    column: str | None = None
    derive: str | None = None
    household: HouseholdFeature | None = None
    recode: dict[str, str] | None = None
    cuts: tuple[float, ...] | None = None
    na: tuple[str, ...] = ()


class HouseholdFeature(Declaration):
    """A value of the head, or a summary over the household's members, given to each child.

    of: a column or derived expression. where: a condition that restricts the members ("edad >= 15").
    """

    summary: Literal["head", "any", "all", "count", "sum", "mean", "min", "max"]
    of: str | None = None  # count needs none
    where: str | None = None


class CovariateDeclaration(Declaration):
    """A factor of the model, declared once, with how the survey and how the census code it."""

    name: str
    label: Label | None = None
    kind: Literal["categorical", "numeric"] = "categorical"
    levels: tuple[str, ...] = ()  # in order; empty: those of recode or cuts in order of appearance
    level_labels: dict[str, Label] = Field(default_factory=dict)
    reference: str | None = None  # default: the first level
    missing: str | None = None  # the level that holds missing values, if the survey has one
    survey: Coding
    census: Coding
    service: bool = False  # within a public service's reach


class Persons(Declaration):
    """Columns every source of persons has. household and head are needed only for household features."""

    age: str
    sex: str | None = None
    household: tuple[str, ...] = ()
    head: str | None = None  # a condition: "paren_ee == 1"


class SurveyDeclaration(Declaration):
    source: Source
    year: int
    persons: Persons
    area: AreaCode
    weight: str
    strata: str | None = None
    psu: str | None = None
    ssu: str | None = None  # second-stage unit, only with psu_population
    nest: bool = True  # PSU codes restart in each stratum
    stratum_population: str | None = None  # column: PSUs in the population of the stratum (fpc, first stage)
    psu_population: str | None = None  # column: second-stage units in the PSU (fpc, second stage)
    single_psu: Literal["fail", "certainty", "adjust"] = "fail"
    merge_strata: dict[str, str] = Field(default_factory=dict)


class CensusDeclaration(Declaration):
    """A census of persons (one row a person) or of counts (count: the column with the number of persons)."""

    source: Source
    year: int
    kind: Literal["persons", "counts"] = "persons"
    persons: Persons
    area: AreaCode
    count: str | None = None


class ProjectionDeclaration(Declaration):
    """Children of the outcome's ages in the reference year: by area, and by age and sex where the columns are named."""

    source: Source
    year: int
    area: AreaCode
    count: str
    age: str | None = None
    sex: str | None = None


class HoursRule(Declaration):
    """Child labour from age `ages[0]` to `ages[1]` at `hours` weekly hours or more."""

    ages: tuple[int, int]
    hours: float
    source: str = ""


class ColumnOutcome(Declaration):
    """A ready column: 1 where the value is in positive, 0 where it is in negative, missing otherwise."""

    kind: Literal["column"]
    ages: tuple[int, int]
    column: str
    positive: tuple[str, ...] = ("1",)
    negative: tuple[str, ...] = ("0",)


class RuleOutcome(Declaration):
    """Child labour (SDG 8.7.1; ICLS 18th/20th resolutions) or hazardous work alone, from the questionnaire's columns."""

    kind: Literal["child_labour", "hazardous_work"]
    ages: tuple[int, int] = (5, 17)
    works: str  # a condition: "actividad == 1"
    hours: str
    chores_hours: str | None = None
    branch: str | None = None
    occupation: str | None = None
    minimum_age: int | None = None
    economic: tuple[HoursRule, ...] = ()  # empty: the named constants of mirti.outcome
    chores: tuple[HoursRule, ...] = ()
    hazardous_branches: tuple[str, ...] = ()
    hazardous_occupations: tuple[str, ...] = ()
    source: str = ""  # the legal source of what is overridden


OutcomeDeclaration = Annotated[ColumnOutcome | RuleOutcome, Field(discriminator="kind")]


class AreasDeclaration(Declaration):
    """Names and parents of the areas: a table, or the properties of the boundaries."""

    source: Source | None = None
    code: AreaCode | None = None
    name: str | None = None
    parent: AreaCode | None = None
    parent_name: str | None = None
    parent_from_code: int | None = None  # the first n characters of the area code are the parent's


class BoundariesDeclaration(Declaration):
    """Polygons of the areas: GeoJSON, GeoPackage or shapefile."""

    file: str
    code: str = "code"
    name: str | None = "name"


class ClassesDeclaration(Declaration):
    method: Literal["natural_breaks", "quantiles", "equal_width", "fixed"] = "natural_breaks"
    number: int = 3
    breaks: tuple[float, ...] = ()  # upper ends but the last, for fixed


class RegisterVariable(Declaration):
    column: str
    label: Label
    unit: str = "count"


class RegisterDeclaration(Declaration):
    name: str
    source: Source
    area: AreaCode
    year: int
    variables: tuple[RegisterVariable, ...]


class AcceptDeclaration(Declaration):
    """A covariate whose distributions differ and that is kept, with the written reason."""

    covariate: str
    reason: str = Field(min_length=10)


class RunDeclaration(Declaration):
    name: str
    title: Label
    country: str  # code of the country, the root of the domains
    country_name: Label
    seed: int = 1
    accept_missing_outcome: str | None = None  # reason to go on with 10 % missing outcome or more


class ModelDeclaration(Declaration):
    """terms: covariate names and interactions "a:b"; empty: every covariate, main effects."""

    terms: tuple[str, ...] = ()


class SpecDeclaration(Declaration):
    schema_version: Literal["1"] = "1"
    run: RunDeclaration
    outcome: OutcomeDeclaration
    outcome_label: Label
    survey: SurveyDeclaration
    census: CensusDeclaration
    covariates: tuple[CovariateDeclaration, ...] = Field(min_length=1)
    model: ModelDeclaration = ModelDeclaration()
    projection: ProjectionDeclaration | None = None
    areas: AreasDeclaration = AreasDeclaration()
    boundaries: BoundariesDeclaration | None = None
    classes: ClassesDeclaration = ClassesDeclaration()
    registers: tuple[RegisterDeclaration, ...] = ()
    accept: tuple[AcceptDeclaration, ...] = ()

    @model_validator(mode="after")
    def accepted_covariates_exist(self) -> SpecDeclaration:
        names = {covariate.name for covariate in self.covariates}
        unknown = sorted(a.covariate for a in self.accept if a.covariate not in names)
        if unknown:
            raise ValueError(f"accept names covariates that are not declared: {', '.join(unknown)}")
        return self
