"""How the rates are estimated and judged: model, benchmark, uncertainty, validation, hot spots, typology, scenarios."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mirti.declarations.base import AreaCode, Code, Declaration, Label, Source, Text

Share = Annotated[float, Field(ge=0, le=1)]


class AreaCovariateDeclaration(Declaration):
    """A number known for every area: a census mean, a register, a satellite image. It enters the model by area code.

    Either census names a level of a covariate, whose share among the area's children is taken, or source, area and
    column name a table with one row an area.
    """

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    """name in the model"""
    label: Label | None = None
    """the name shown to readers; default: name"""
    census: Text | None = None
    """"covariate=level": the share of the area's children at that level"""
    source: Source | None = None
    """a table with one row an area"""
    area: AreaCode | None = None
    """how the table's code of the area is formed"""
    column: Text | None = None
    """the table's column"""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        table = (self.source, self.area, self.column)
        if (self.census is None) == all(part is None for part in table):
            raise ValueError("give either census, or source, area and column")
        if self.census is None and None in table:
            raise ValueError("a table needs source, area and column")
        return self


class CandidateDeclaration(Declaration):
    """Another set of terms, compared with the model's own in the report."""

    name: Text
    """its name in the comparison"""
    terms: tuple[Text, ...]
    """covariate names and interactions "a:b" """


class ModelDeclaration(Declaration):
    """What enters the model, and how it is fitted."""

    estimator: Literal["mixed", "logistic", "firth"] = "mixed"
    """mixed: logistic-normal with an effect of the area; logistic: design-based, no effect; firth: for rare outcomes"""
    terms: tuple[Text, ...] = ()
    """covariate names and interactions "a:b"; default: every covariate, main effects"""
    psu_effect: bool = True
    """mixed: whether PSUs within areas have an effect of their own"""
    scaling: Literal["size", "effective", "none"] = "size"
    """mixed: level-1 weights sum to the PSU's children, to their effective number, or are left out"""
    area_covariates: tuple[AreaCovariateDeclaration, ...] = ()
    """mixed: numbers known for every area"""
    candidates: tuple[CandidateDeclaration, ...] = ()
    """other sets of terms that the report compares with this one"""


class BenchmarkDeclaration(Declaration):
    """Which design-based rates the modelled ones are made to agree with, by a logit shift a domain."""

    to: Literal["none", "country", "departments"] = "country"
    """departments only where the survey is large enough in each to publish its rate"""


class ReliabilityDeclaration(Declaration):
    """Coefficients of variation up to which an estimate carries a letter."""

    a: Share = 0.15
    """up to here A"""
    b: Share = 0.30
    """up to here B, above C"""
    withheld: Annotated[float, Field(gt=0)] = 0.50
    """above here the letter is "withheld" """
    low_rate: Share = 0.10
    """under this rate the coefficient of variation is that of the logit interval"""

    @model_validator(mode="after")
    def _increasing(self) -> Self:
        if not self.a < self.b < self.withheld:
            raise ValueError("the limits must increase: a < b < withheld")
        return self


class UncertaintyDeclaration(Declaration):
    """The parametric bootstrap of the mixed model."""

    replicates: int = Field(default=200, ge=50, le=5000)
    """simulated worlds on which everything is estimated again"""
    top: int | None = Field(default=None, ge=1)
    """areas among which an area's chance to be is given; default: a fifth of them"""
    reliability: ReliabilityDeclaration = ReliabilityDeclaration()
    """limits of the letters"""


class ValidationDeclaration(Declaration):
    """What the rates are held against in the report."""

    source: Source | None = None
    """a table with a direct measure by area"""
    area: AreaCode | None = None
    """how the table's code of the area is formed"""
    rate: Text | None = None
    """the table's column of the measure, a proportion"""
    leave_one_out: bool = True
    """whether each department is predicted by a model fitted without it"""

    @model_validator(mode="after")
    def _whole_table(self) -> Self:
        table = (self.source, self.area, self.rate)
        if any(part is not None for part in table) and None in table:
            raise ValueError("a table needs source, area and rate")
        return self


class HotSpotsDeclaration(Declaration):
    """Where high and low rates lie together on the map."""

    permutations: int = Field(default=99_999, ge=999, le=999_999)
    """conditional permutations of each local indicator"""
    false_discovery: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    """share of false hot spots that is accepted among those found"""


class TypologyDeclaration(Declaration):
    """Groups of areas of like composition."""

    groups: int | None = Field(default=None, ge=2, le=9)
    """how many; default: the number that separates them best"""


class ScenarioDeclaration(Declaration):
    """What the model implies if the distribution of one covariate were another. Not the effect of a policy.

    Within each area and pattern of the other covariates, children move in equal proportion until the target is reached;
    areas beyond it stay as they are.
    """

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    """its name in the release"""
    label: Label
    """what readers are told: "School attendance reaches 98 %" """
    covariate: Text
    """the covariate that changes"""
    levels: tuple[Code, ...] = Field(min_length=1)
    """the levels whose share has a target"""
    share: Share | None = None
    """the share of the area's children at those levels that is to be reached: 0.98"""
    multiply: Annotated[float, Field(ge=0)] | None = None
    """or: the area's present share times this (0.8: it falls by a fifth), at most 1"""
    difference: Annotated[float, Field(ge=-1, le=1)] | None = None
    """or: the area's present share plus this (-0.05: it falls by five points), within 0 and 1"""
    direction: Literal["up", "down"] | None = None
    """with share: whether areas below it rise to it (up) or areas above it fall to it (down)"""
    to: tuple[Code, ...] = ()
    """where children go when the levels shrink; default: the other levels, as each group holds them"""

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if sum(target is not None for target in (self.share, self.multiply, self.difference)) != 1:
            raise ValueError("give one of share, multiply and difference")
        if (self.share is None) != (self.direction is None):
            raise ValueError("share needs direction, up or down")
        return self
