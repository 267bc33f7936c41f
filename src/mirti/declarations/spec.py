"""A run of the risk model, whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from mirti.declarations.base import Declaration, Label, Text
from mirti.declarations.method import (
    BenchmarkDeclaration,
    HotSpotsDeclaration,
    ModelDeclaration,
    ScenarioDeclaration,
    TypologyDeclaration,
    UncertaintyDeclaration,
    ValidationDeclaration,
)
from mirti.declarations.outcomes import OutcomeDeclaration
from mirti.declarations.people import (
    CensusDeclaration,
    CovariateDeclaration,
    ProjectionDeclaration,
    SurveyDeclaration,
)
from mirti.declarations.territories import (
    AreasDeclaration,
    BoundariesDeclaration,
    ClassesDeclaration,
    RegisterDeclaration,
)


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
    backend: Literal["duckdb", "spark"] = "duckdb"
    """where survey and census are collapsed: on this machine, or on Spark for who outgrows it"""
    accept_missing_outcome: str | None = Field(default=None, min_length=10)
    """reason to go on where more than 10 % of the outcome is missing"""


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
    """what enters the model, and how it is fitted"""
    benchmark: BenchmarkDeclaration = BenchmarkDeclaration()
    """which direct rates the modelled ones agree with"""
    uncertainty: UncertaintyDeclaration = UncertaintyDeclaration()
    """the bootstrap and the reliability letters"""
    validation: ValidationDeclaration = ValidationDeclaration()
    """what the rates are held against"""
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
    hot_spots: HotSpotsDeclaration = HotSpotsDeclaration()
    """where high and low rates lie together; needs boundaries"""
    typology: TypologyDeclaration = TypologyDeclaration()
    """groups of areas of like composition"""
    scenarios: tuple[ScenarioDeclaration, ...] = ()
    """what-if questions"""
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
