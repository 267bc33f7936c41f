"""A composite index, whole: its tables, dimensions and indicators, and the choices of method."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from mirti.declarations.base import AreaCode, Declaration, Label, Source, Text
from mirti.declarations.outcomes import Ages
from mirti.declarations.territories import AreasDeclaration, BoundariesDeclaration, ClassesDeclaration

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Year = Annotated[int, Field(ge=1900, le=2100)]
Weight = Annotated[float, Field(ge=0)]
Quantile = Annotated[float, Field(ge=0, le=1)]
Treatment = Literal["automatic", "winsorise", "box_cox", "none"]
Imputation = Literal["none", "median", "regression"]
Normalisation = Literal["min_max", "z", "rank", "goalposts"]
Weighting = Literal["equal", "declared", "pca", "budget"]
Aggregation = Literal["arithmetic", "geometric", "mixed"]


class IndexRunDeclaration(Declaration):
    """What the index is called."""

    name: Text
    """machine name of the run"""
    title: Label
    """its title shown to readers"""
    country: Text
    """code of the country, the root of the domains"""
    country_name: Label
    """its name"""
    seed: int = Field(default=1, ge=0)
    """seed of the draws"""


class TableDeclaration(Declaration):
    """A table of indicators, one row an area."""

    name: Name
    """its name, by which indicators and children refer to it"""
    source: Source
    """the table's file"""
    area: AreaCode
    """how the code of the area is formed"""


class ChildrenDeclaration(Declaration):
    """How many children of the ages every area holds: the areas of this table are those of the index."""

    table: Text
    """name of the table"""
    columns: tuple[Text, ...] = Field(min_length=1)
    """its columns of children, added up (girls and boys, age groups)"""
    ages: Ages
    """first and last age of the children counted, both included"""
    year: Year
    """year the numbers refer to"""
    source: Literal["census", "projection"] = "census"
    """where the numbers come from"""


class IndicatorDeclaration(Declaration):
    """A column that enters the index."""

    name: Name
    """its name in the index"""
    label: Label
    """its name shown to readers"""
    table: Text
    """name of the table"""
    column: Text
    """the table's column"""
    year: Year
    """year it refers to"""
    unit: Text
    """its unit: "% of adults", "deaths per 1,000" """
    unit_label: Label | None = None
    """the unit in the readers' languages; default: unit"""
    source: Text
    """where it comes from, shown to readers"""
    direction: Literal["more", "less"]
    """which is worse: more of it, or less of it"""
    goalposts: tuple[float, float] | None = None
    """lower and upper end in its unit, for the normalisation "goalposts"; values beyond count as the end"""
    treat: Treatment | None = None
    """its own treatment of extreme values, kept in every draw; default: the method's"""
    weight: Weight | None = None
    """its weight among the indicators of the dimension, for the weighting "declared": any scale"""


class DimensionDeclaration(Declaration):
    """A side of vulnerability that several indicators measure."""

    name: Name
    """its name in the index"""
    label: Label
    """its name shown to readers"""
    weight: Weight | None = None
    """its weight among the dimensions, for the weighting "declared": any scale"""
    indicators: tuple[IndicatorDeclaration, ...] = Field(min_length=1)
    """what measures it"""


class ExpertDeclaration(Declaration):
    """How one expert divides a budget of points among the indicators."""

    name: Text
    """who, or which institution"""
    points: dict[str, Weight] = Field(min_length=1)
    """name of an indicator = points; one that is not named gets none"""


class MethodDeclaration(Declaration):
    """The choices by which the published index is made."""

    treatment: Treatment = "automatic"
    """automatic: where |skewness| and kurtosis pass the limits, winsorised, and if that is not enough Box–Cox"""
    skewness: float = Field(default=2.0, gt=0)
    """automatic: |skewness| above which an indicator may be treated"""
    kurtosis: float = Field(default=3.5, gt=0)
    """automatic: excess kurtosis above which it is, if its skewness is above the limit too"""
    quantiles: tuple[Quantile, Quantile] = (0.025, 0.975)
    """winsorise: values beyond these quantiles are set to them"""
    imputation: Imputation = "none"
    """missing values: none refuses them; median of the same domain's areas; regression on the dimension's others"""
    missing_warning: Quantile = 0.05
    """share of the areas without a value from which an indicator is warned of"""
    constant: Literal["refuse", "drop"] = "refuse"
    """an indicator of one value in all areas: refused, or dropped with a warning"""
    normalisation: Normalisation = "min_max"
    """how units become one scale from 1 to 100; goalposts need the ends of every indicator"""
    weighting: Weighting = "equal"
    """equal in two tiers, declared, pca (squared loadings within dimensions), budget (experts' mean points)"""
    aggregation: Aggregation = "mixed"
    """within dimensions and across them: arithmetic, geometric, or mixed: arithmetic within, geometric across"""


class IndexUncertaintyDeclaration(Declaration):
    """Other choices that could as well have been made. The published one is always among them."""

    draws: int = Field(default=1000, ge=100, le=10_000)
    """draws of the Monte Carlo"""
    treatment: tuple[Treatment, ...] = ("automatic", "none")
    """treatments drawn"""
    imputation: tuple[Literal["median", "regression"], ...] = ()
    """imputations drawn; default: the method's alone"""
    normalisation: tuple[Normalisation, ...] = ("min_max", "z", "rank")
    """normalisations drawn"""
    weighting: tuple[Weighting, ...] = ("equal", "pca")
    """weightings drawn"""
    aggregation: tuple[Aggregation, ...] = ("arithmetic", "geometric", "mixed")
    """aggregations drawn"""
    leave_out: bool = True
    """whether, as often as each other, one of the indicators is left out"""
    sensitivity_points: int = Field(default=1024, ge=64, le=65_536)
    """points of the Sobol' sequence behind the sensitivity indices, a power of two"""
    top: int | None = Field(default=None, ge=1)
    """areas among which an area's chance to be is given; default: a fifth of them"""


class IndexDeclaration(Declaration):
    """A composite index, whole."""

    schema_version: Literal["1"] = "1"
    """version of the spec's language"""
    run: IndexRunDeclaration
    """what the index is called"""
    index_label: Label
    """what it measures, shown to readers"""
    tables: tuple[TableDeclaration, ...] = Field(min_length=1)
    """the files"""
    children: ChildrenDeclaration
    """the number of children of every area"""
    dimensions: tuple[DimensionDeclaration, ...] = Field(min_length=1)
    """its dimensions with their indicators"""
    experts: tuple[ExpertDeclaration, ...] = ()
    """for the weighting "budget" """
    method: MethodDeclaration = MethodDeclaration()
    """how the published index is made"""
    uncertainty: IndexUncertaintyDeclaration = IndexUncertaintyDeclaration()
    """how else it could have been made"""
    areas: AreasDeclaration = AreasDeclaration()
    """names and parents of the areas"""
    boundaries: BoundariesDeclaration | None = None
    """polygons of the areas"""
    classes: ClassesDeclaration = ClassesDeclaration()
    """how the map is cut; fixed breaks are scores divided by 100"""

    @property
    def indicators(self) -> tuple[IndicatorDeclaration, ...]:
        """Every indicator, dimension after dimension."""
        return tuple(indicator for dimension in self.dimensions for indicator in dimension.indicators)


@dataclass(frozen=True)
class IndexSpec:
    """An index's spec as it was read: what it declares, where it lies, its text and the SHA-256 of its bytes."""

    declaration: IndexDeclaration
    path: Path
    text: str
    sha256: str

    def resolve(self, file: str) -> Path:
        """The path of a file that the spec names, relative to the spec's folder."""
        return self.path.parent / file
