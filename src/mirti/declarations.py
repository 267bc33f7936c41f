"""What a spec may declare, piece by piece. `mirti.spec` assembles these, checks them together and names the line.

They live at the bottom of the house so that every stage can be handed the piece it works from and nothing more. The
text under each key is what `mirti.spec.reference()` prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

LANGUAGES = ("es", "pt", "en", "fr")


def _as_code(value: object) -> object:
    """TOML writers put 99 where a code is meant; a code is a text, so "0901" keeps its zero."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Code = Annotated[str, BeforeValidator(_as_code)]
Text = Annotated[str, Field(min_length=1)]


class Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Label(Declaration):
    """A text shown to readers, in the four languages of the house."""

    es: Text
    """the text in Spanish"""
    pt: Text
    """the text in Portuguese"""
    en: Text
    """the text in English"""
    fr: Text
    """the text in French"""


class Source(Declaration):
    """A file to read: .csv, .csv.gz, .parquet (also a folder or a glob of them), .dta, .sav.

    Of a .dta or .sav the codes are read, never the value labels: a recode of 1 = Hombre, 2 = Mujer names 1 and 2.
    """

    file: Text
    """path of the file, relative to the spec"""
    encoding: Text = "utf-8"
    """character encoding of a CSV, .dta or .sav, e.g. "latin-1" or "cp1252" """
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    """what separates the columns of a CSV; default: the one of , ; tab | that the header line uses"""
    na: tuple[Code, ...] = ("", "NA")
    """texts of a CSV that mean missing, in every column"""


class AreaCode(Declaration):
    """How an area code is formed from a column: optional modulo for numeric codes, then zero-padded to digits."""

    column: Text
    """the column that holds the code"""
    modulo: int | None = Field(default=None, ge=2)
    """keep the remainder of the numeric code: 10901 with modulo 10000 is 901"""
    digits: int | None = Field(default=None, ge=1, le=20)
    """pad with zeros on the left to this many characters: 901 with digits 4 is 0901"""


class HouseholdFeature(Declaration):
    """A value of the head, or a summary over the household's members, given to each child."""

    summary: Literal["head", "any", "all", "count", "sum", "mean", "min", "max"]
    """head: the value of the head; the others summarise the household's members"""
    of: Text | None = None
    """a column or an expression over columns ("informal == 1"); count needs none"""
    where: Text | None = None
    """a condition that restricts the members ("edad >= 15")"""


class Coding(Declaration):
    """How one source codes a covariate.

    Exactly one of column, derive, household says where the value comes from. Then recode, cuts or neither turns it into
    a level: without either, the value itself is the level (or the number, if the covariate is numeric).
    """

    column: Text | None = None
    """the column that holds the value"""
    derive: Text | None = None
    """arithmetic and comparisons over columns ("edad - 6 - anoest")"""
    household: HouseholdFeature | None = None
    """a feature of the person's household"""
    recode: dict[str, Text] | None = None
    """source value = level; every value must be named here or in na"""
    cuts: tuple[float, ...] | None = None
    """n increasing cut points make n + 1 levels: a level holds the values from its lower cut to below its upper cut"""
    na: tuple[Code, ...] = ()
    """values that mean missing for this covariate; with derive or household, in any column that it names"""


class CovariateDeclaration(Declaration):
    """A factor of the model, declared once, with how the survey and how the census code it."""

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    """name in the model: letters, digits and _"""
    label: Label | None = None
    """the name shown to readers; default: name"""
    kind: Literal["categorical", "numeric"] = "categorical"
    """categorical: one column a level but the reference; numeric: one column"""
    levels: tuple[Code, ...] = ()
    """levels in order; default: those of recode or cuts in order of appearance, else the survey's values, sorted"""
    level_labels: dict[str, Label] = Field(default_factory=dict)
    """the names of the levels shown to readers"""
    reference: Code | None = None
    """the level the others are compared with; default: the first"""
    missing: Code | None = None
    """the level that holds missing values, if there is to be one; it is added to the levels if it is not among them"""
    survey: Coding
    """how the survey codes it"""
    census: Coding
    """how the census codes it"""
    service: bool = False
    """whether it lies within the reach of a public service"""


class Persons(Declaration):
    """Columns every source of persons has."""

    age: Text
    """the column of the age in completed years"""
    sex: Text | None = None
    """the column of the sex"""
    household: tuple[Text, ...] = ()
    """the columns that together identify the household; needed by household features"""
    head: Text | None = None
    """a condition that is true for the head ("paren_ee == 1"); needed by the summary head"""


class SurveyDeclaration(Declaration):
    """The survey: its file, its columns and its design. Every sampled person is a row, child or not."""

    source: Source
    """the survey's file"""
    year: int = Field(ge=1900, le=2100)
    """year of the survey"""
    persons: Persons
    """its columns of age, sex and household"""
    area: AreaCode
    """how the code of the area is formed"""
    weight: Text
    """the column of the sampling weight"""
    strata: Text | None = None
    """the column of the stratum; default: one stratum"""
    psu: Text | None = None
    """the column of the primary sampling unit; default: each row is one"""
    ssu: Text | None = None
    """the column of the second-stage unit, only with psu_population"""
    nest: bool = True
    """whether the PSU codes start again in each stratum"""
    stratum_population: Text | None = None
    """the column with the number of PSUs of the stratum in the population (first-stage fpc)"""
    psu_population: Text | None = None
    """the column with the number of second-stage units of the PSU in the population (second-stage fpc)"""
    single_psu: Literal["fail", "certainty", "adjust"] = "fail"
    """a stratum with one PSU: refuse; count it as drawn with certainty; or centre it on the grand mean"""
    merge_strata: dict[str, Code] = Field(default_factory=dict)
    """stratum = the stratum it is merged into"""


class CensusDeclaration(Declaration):
    """A census of persons (one row a person) or of counts (one row a group of persons, with their number)."""

    source: Source
    """the census's file"""
    year: int = Field(ge=1900, le=2100)
    """year of the census"""
    kind: Literal["persons", "counts"] = "persons"
    """persons: one row a person; counts: one row a group"""
    persons: Persons
    """its columns of age, sex and household"""
    area: AreaCode
    """how the code of the area is formed"""
    count: Text | None = None
    """the column with the number of persons of the row; needed by kind counts"""


class ProjectionDeclaration(Declaration):
    """Children of the outcome's ages in the reference year: by area, and by age and sex where the columns are named."""

    source: Source
    """the projection's file"""
    year: int = Field(ge=1900, le=2100)
    """the reference year"""
    area: AreaCode
    """how the code of the area is formed"""
    count: Text
    """the column with the number of children"""
    age: Text | None = None
    """the column of the age"""
    sex: Text | None = None
    """the column of the sex, with the census's codes"""


Ages = tuple[Annotated[int, Field(ge=0, le=120)], Annotated[int, Field(ge=0, le=120)]]


class HoursRule(Declaration):
    """Child labour from age `ages[0]` to `ages[1]` at `hours` weekly hours or more."""

    ages: Ages
    """first and last age, both included"""
    hours: float = Field(ge=0, le=168)
    """weekly hours from which the work counts"""
    source: str = ""
    """the legal source of the number"""


class ColumnOutcome(Declaration):
    """A ready column: 1 where the value is in positive, 0 where it is in negative, missing otherwise."""

    kind: Literal["column"]
    """column: the survey has the outcome ready"""
    ages: Ages
    """first and last age of the children, both included"""
    column: Text
    """the column of the outcome"""
    positive: tuple[Code, ...] = ("1",)
    """values that count as 1"""
    negative: tuple[Code, ...] = ("0",)
    """values that count as 0; any other value is missing"""


class RuleOutcome(Declaration):
    """Child labour (SDG 8.7.1; ICLS 18th/20th resolutions) or hazardous work alone, from the questionnaire."""

    kind: Literal["child_labour", "hazardous_work"]
    """child_labour: hours by age, household services, hazardous work; hazardous_work: that alone"""
    ages: Ages = (5, 17)
    """first and last age of the children, both included"""
    works: Text
    """a condition that is true for who works ("actividad == 1")"""
    hours: Text
    """the column of the weekly hours of economic work"""
    chores_hours: Text | None = None
    """the column of the weekly hours of unpaid household services"""
    branch: Text | None = None
    """the column of the branch of activity (ISIC rev. 4)"""
    branch_digits: int | None = Field(default=None, ge=1, le=6)
    """pad branch codes with zeros to this many digits; a shorter listed code then covers all that begin with it"""
    occupation: Text | None = None
    """the column of the occupation (ISCO-08)"""
    occupation_digits: int | None = Field(default=None, ge=1, le=6)
    """the same for occupation codes"""
    na: tuple[Code, ...] = ()
    """codes that mean missing in the columns of hours, branch and occupation (999: does not know)"""
    minimum_age: int | None = Field(default=None, ge=12, le=18)
    """age of admission to employment: moves the border between the 14-hour and the 43-hour rule; default 15"""
    economic: tuple[HoursRule, ...] = ()
    """hours of economic work by age; default 1 at 5–11, 14 at 12–14, 43 at 15–17"""
    chores: tuple[HoursRule, ...] = ()
    """hours of household services by age; default 21 at 5–14"""
    hazardous_branches: tuple[Code, ...] = ()
    """branches that the national list bars to children"""
    hazardous_occupations: tuple[Code, ...] = ()
    """occupations that the national list bars to children"""
    source: str = ""
    """the legal source of what is overridden or listed"""


OutcomeDeclaration = Annotated[ColumnOutcome | RuleOutcome, Field(discriminator="kind")]


class AreasDeclaration(Declaration):
    """Names and parents of the areas: a table, or the properties of the boundaries."""

    source: Source | None = None
    """a table with one row an area"""
    code: AreaCode | None = None
    """how the table's code of the area is formed"""
    name: Text | None = None
    """the table's column of the area's name"""
    parent: AreaCode | None = None
    """how the table's code of the area above is formed"""
    parent_name: Text | None = None
    """the table's column of that area's name"""
    parent_from_code: int | None = Field(default=None, ge=1, le=20)
    """the first so many characters of the area code are the code of the area above"""
    parent_names: dict[str, Text] = Field(default_factory=dict)
    """code of an area above = its name, where no table holds it"""


class BoundariesDeclaration(Declaration):
    """Polygons of the areas: GeoJSON, GeoPackage or shapefile, in any coordinate system that the file names."""

    file: Text
    """path of the file, relative to the spec"""
    code: Text = "code"
    """the property with the area code"""
    name: Text | None = "name"
    """the property with the area's name; without it the areas are called by their codes"""


class ClassesDeclaration(Declaration):
    """How the areas' risks are cut into classes."""

    method: Literal["natural_breaks", "quantiles", "equal_width", "fixed"] = "natural_breaks"
    """how the cuts are found"""
    number: int = Field(default=3, ge=2, le=9)
    """how many classes"""
    breaks: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = ()
    """for fixed: the upper end of every class but the last, as proportions"""


class RegisterVariable(Declaration):
    """A column of a register that the profile shows."""

    column: Text
    """the column"""
    label: Label
    """its name shown to readers"""
    unit: Text = "count"
    """its unit"""
    people: bool = True
    """whether a count is one of people: from 1 to 5 it is then withheld, and what would give it back"""


class RegisterDeclaration(Declaration):
    """A table of administrative records, one row an area, for the profile of the territories."""

    name: Text
    """name of the register"""
    source: Source
    """the register's file"""
    area: AreaCode
    """how the code of the area is formed"""
    year: int = Field(ge=1900, le=2100)
    """year of the register"""
    variables: tuple[RegisterVariable, ...] = Field(min_length=1)
    """its columns"""


class AcceptDeclaration(Declaration):
    """A covariate whose distributions differ and that is kept, with the written reason."""

    covariate: Text
    """name of the covariate"""
    reason: str = Field(min_length=10)
    """why it is kept: printed in manifest, report and release page"""


class RunDeclaration(Declaration):
    """What the run is called."""

    name: Text
    """machine name of the run"""
    title: Label
    """its title shown to readers"""
    country: Text
    """code of the country, the root of the domains"""
    country_name: Label
    """its name"""
    seed: int = Field(default=1, ge=0)
    """seed of whatever is random"""
    accept_missing_outcome: str | None = Field(default=None, min_length=10)
    """reason to go on where more than 10 % of the outcome is missing"""


class ModelDeclaration(Declaration):
    """What enters the model."""

    terms: tuple[Text, ...] = ()
    """covariate names and interactions "a:b"; default: every covariate, main effects"""


class SpecDeclaration(Declaration):
    """A run of the risk model, whole."""

    schema_version: Literal["1"] = "1"
    """version of the spec's language"""
    run: RunDeclaration
    """what the run is called"""
    outcome: OutcomeDeclaration
    """what is modelled"""
    outcome_label: Label
    """its name shown to readers, without the ages: the pages add them"""
    survey: SurveyDeclaration
    """the survey the model is fitted on"""
    census: CensusDeclaration
    """the census it is projected on"""
    covariates: tuple[CovariateDeclaration, ...] = Field(min_length=1)
    """the factors"""
    model: ModelDeclaration = ModelDeclaration()
    """what enters the model"""
    projection: ProjectionDeclaration | None = None
    """children in a reference year"""
    areas: AreasDeclaration = AreasDeclaration()
    """names and parents of the areas"""
    boundaries: BoundariesDeclaration | None = None
    """polygons of the areas"""
    classes: ClassesDeclaration = ClassesDeclaration()
    """how the map is cut"""
    registers: tuple[RegisterDeclaration, ...] = ()
    """administrative records for the profile"""
    accept: tuple[AcceptDeclaration, ...] = ()
    """covariates kept although survey and census differ"""


@dataclass(frozen=True)
class Spec:
    """A spec as it was read: what it declares, where it lies, its text and the SHA-256 of its bytes."""

    declaration: SpecDeclaration
    path: Path
    text: str
    sha256: str

    def resolve(self, file: str) -> Path:
        """The path of a file that the spec names, relative to the spec's folder."""
        return self.path.parent / file
