"""Persons: who was asked and counted, how the design drew them, and how both sources code a factor."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mirti.declarations.base import AreaCode, Code, Declaration, Label, Source, Text


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


class ReplicatesDeclaration(Declaration):
    """Replicate weights that the survey's maker computed; variances are then theirs, not linearised."""

    kind: Literal["JK1", "JKn", "BRR", "Fay", "bootstrap", "SDR"]
    """how they were made"""
    columns: tuple[Text, ...] = Field(min_length=1)
    """their columns in order; a name that ends in * stands for every column that begins so"""
    combined: bool = True
    """whether they hold the sampling weight already; false: they are factors of it"""
    rho: float | None = Field(default=None, ge=0, lt=1)
    """Fay: the perturbation, as their maker states it"""
    scale: float | None = Field(default=None, gt=0)
    """what the sum of squares is multiplied by; default: by kind"""
    rscales: tuple[float, ...] = ()
    """what each square is multiplied by; needed by JKn unless the strata are declared"""
    centre: Literal["estimate", "mean"] = "estimate"
    """squares are about the full sample's estimate or about the replicates' mean"""


class StageDeclaration(Declaration):
    """A further stage of the design with its finite population."""

    unit: Text
    """the column of the unit"""
    population: Text
    """the column with the number of such units in the population of the unit above"""


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
    stages: tuple[StageDeclaration, ...] = ()
    """third and further stages, after ssu"""
    psu_weight: Text | None = None
    """the column of the PSU's own weight within its area, where the survey's maker gives it (mixed model)"""
    replicates: ReplicatesDeclaration | None = None
    """replicate weights, if they came with the survey"""
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
