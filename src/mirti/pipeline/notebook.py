"""The run in three steps for a notebook: read, fit, project. `import mirti` offers them under its own name.

    data = mirti.read("model.toml")
    fit = mirti.fit(data)
    areas = mirti.project(fit)

Each result shows itself as text and, in a notebook, as HTML. Its tables are Arrow tables (`to_arrow`; `to_frame` gives
a pandas data frame) whose columns are the release's. The steps are those of `mirti run`, and give the same numbers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from mirti.declarations import Spec
from mirti.disclosure import public_columns
from mirti.io.readers import connect
from mirti.io.release_tables import Release
from mirti.io.release_writer import write_release
from mirti.pipeline import assemble
from mirti.pipeline.estimates import Estimated, Model, fit_model
from mirti.pipeline.estimation import STAGES, assembled, compare_sources, estimate_all, mixed_model
from mirti.pipeline.explained import Language
from mirti.pipeline.findings import find
from mirti.pipeline.fit_files import OUTCOME, r_text, write_fit
from mirti.pipeline.inputs import Inputs, read_inputs
from mirti.pipeline.mixed import Mixed
from mirti.pipeline.stages import Progress, Stages, silent
from mirti.report.card import card
from mirti.report.explanation import explanation
from mirti.report.fit_table import stata_table
from mirti.report.page import render
from mirti.report.standing import find_area
from mirti.smallarea.bootstrap import NoStore
from mirti.smallarea.patterns import PatternCounts, count_patterns
from mirti.spec import OutcomeKind, load, read_as
from mirti.survey.comparability import Comparability

if TYPE_CHECKING:
    import pandas as pd


PREVIEW = [
    "code",
    "name",
    "children",
    "risk",
    "ci_low",
    "ci_high",
    "expected",
    "reliability",
    "class",
    "rank",
]


class Shown:
    """What every result can do: show itself, and hand over its main table."""

    def to_arrow(self) -> pa.Table:
        """The main table."""
        raise NotImplementedError

    def figures(self) -> Mapping[str, str]:
        """A few figures by name."""
        raise NotImplementedError

    def to_frame(self) -> pd.DataFrame:
        """The main table as a pandas data frame."""
        return self.to_arrow().to_pandas()

    def __repr__(self) -> str:
        figures = ", ".join(f"{name} {value}" for name, value in self.figures().items())
        return f"<mirti {type(self).__name__}: {figures}>"

    def preview(self) -> pa.Table:
        """What a notebook shows of the main table."""
        return self.to_arrow()

    def _repr_html_(self) -> str:
        return card(type(self).__name__, self.figures(), self.preview())


@dataclass(frozen=True, repr=False, eq=False)
class Data(Shown):
    """Survey and census, read and coded as the spec says, and held against each other."""

    spec: Spec
    inputs: Inputs
    comparability: Comparability

    def to_arrow(self) -> pa.Table:
        """A row a level of each covariate: its share in the survey and in the census, and how far they differ."""
        return pa.Table.from_pylist(self.comparability.rows())

    def figures(self) -> Mapping[str, str]:
        survey, census = self.inputs.survey.cells, self.inputs.cells
        return {
            "surveyed children": f"{int(survey.n.sum()):,}",
            "with the outcome": f"{int(survey.ny.sum()):,}",
            "primary sampling units": f"{len(survey.sample.psu_labels):,}",
            "children to project on": f"{census.n.sum():,.0f}",
            "areas": f"{len(census.area_codes):,}",
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before using them."""
        return (*self.inputs.warnings, *self.comparability.warnings)


@dataclass(frozen=True, repr=False, eq=False)
class Fit(Shown):
    """The fitted model: the design-based regression, and the mixed model if the spec's estimator is that."""

    data: Data
    model: Model
    mixed: Mixed | None
    patterns: PatternCounts

    def to_arrow(self) -> pa.Table:
        """A row a column of the model the rates come from: estimate, standard error, odds ratio and its interval."""
        return assemble.coefficients_table(self.model, self.mixed)

    def summary(self, style: Literal["R", "Stata"] = "R", *, odds_ratios: bool = False) -> str:
        """The design-based regression as R's summary of a svyglm or as Stata's svy: logit, in its own conventions."""
        fit, cells = self.model.fit, self.data.inputs.survey.cells
        if style == "Stata":
            return stata_table(fit, outcome=OUTCOME, odds_ratios=odds_ratios)
        return r_text(fit, self.model.matrix, cells, self.data.spec.declaration.survey)

    def write(self, out: str | Path) -> Path:
        """Write a folder: coefficients and covariance matrix as CSV, both summaries. Raises InputError if it exists."""
        cells, survey = self.data.inputs.survey.cells, self.data.spec.declaration.survey
        write_fit(Path(out), self.model.fit, self.model.matrix, cells, survey)
        return Path(out)

    def figures(self) -> Mapping[str, str]:
        fit = self.model.fit
        shown = {"children": f"{fit.children:,}", "PSUs": f"{fit.psus:,}", "columns": f"{len(fit.beta)}"}
        if self.mixed is not None:
            shown |= {"σ_u": f"{self.mixed.fit.sigma_u:.3f}", "σ_v": f"{self.mixed.fit.sigma_v:.3f}"}
        return shown


@dataclass(frozen=True, repr=False, eq=False)
class Areas(Shown):
    """The rates of the territories, what they are made of, and what may be said of them."""

    fit: Fit
    estimated: Estimated

    def to_arrow(self, *, private: bool = False) -> pa.Table:
        """A row an area, as areas.parquet. private: also the columns that are never published (its own sample)."""
        return self._table("areas.parquet", private)

    def domains(self, *, private: bool = False) -> pa.Table:
        """The country and its departments, as domains.parquet."""
        return self._table("domains.parquet", private)

    def preview(self) -> pa.Table:
        """The areas of the highest rates, in few columns."""
        return self.to_arrow().select(PREVIEW).sort_by([("rank", "ascending"), ("code", "ascending")])

    @property
    def drivers(self) -> pa.Table:
        """A row a territory and factor, as drivers.parquet."""
        return self.release.drivers

    @property
    def scenarios(self) -> pa.Table | None:
        """A row a scenario and territory, as scenarios.parquet: differences implied by the model, not the effect of a
        policy. None if the spec declares no scenario.
        """
        return self.release.tables.get("scenarios.parquet")

    @cached_property
    def release(self) -> Release:
        """Everything that `mirti run` would write, in memory and without id."""
        data = self.fit.data
        findings = find(data.inputs, self.fit.model, self.estimated, data.spec)
        return assembled(data.spec, data.inputs, data.comparability, self.fit.model, self.estimated, findings)

    def explain(self, place: str, language: Language = "en") -> str:
        """Why the area with that code or name stands where it stands. Raises InputError for an unknown one."""
        code = find_area(self.release, place, "mirti.project")
        return explanation(self.release, code, language)

    def write(self, out: str | Path) -> Path:
        """Write the release folder. Raises InputError if it exists."""
        write_release(Path(out), self.release, render)
        return Path(out)

    def figures(self) -> Mapping[str, str]:
        nation = self.estimated.projection.nation
        return {
            "areas": f"{len(self.estimated.areas.n):,}",
            "national rate": f"{nation.risk[0]:.2%}",
            "95 % interval": f"{nation.ci_low[0]:.2%} to {nation.ci_high[0]:.2%}",
            "what it holds": self.estimated.interval_kind,
            "expected children": f"{nation.expected[0]:,.0f}",
        }

    def _table(self, name: str, private: bool) -> pa.Table:
        data, inputs = self.fit.data, self.fit.data.inputs
        of_children = (inputs.census.children_year, inputs.census.children_source)
        if name == "areas.parquet":
            table = assemble.areas_table(self.estimated, inputs.territories, *of_children)
        else:
            declared = data.spec.declaration
            table = assemble.domains_table(self.estimated, inputs.territories, declared, *of_children)
        return table if private else table.select(public_columns(name, table.column_names))


def read(
    spec: str | Path,
    *,
    outcome: OutcomeKind | None = None,
    memory: str = "1GB",
    progress: Progress = silent,
) -> Data:
    """Read what the spec at that path names. outcome, memory, progress: as of `mirti.pipeline.run`.

    Raises InputError for whatever is wrong with spec or data, also where survey and census cannot be compared.
    """
    declared = load(Path(spec))
    declared = read_as(declared, outcome) if outcome else declared
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        stages = Stages(STAGES, progress)
        inputs = read_inputs(connect(memory, temp=work / "work"), declared, stages.stage, work / "state")
        return Data(declared, inputs, compare_sources(inputs, declared))


def fit(data: Data) -> Fit:
    """Fit the model that the spec declares to the survey. Raises InputError if it cannot be fitted."""
    model, patterns = fit_model(data.inputs.survey.cells, data.spec), count_patterns(data.inputs.cells)
    return Fit(data, model, mixed_model(data.inputs, model, patterns, data.spec), patterns)


def project(fitted: Fit, *, progress: Callable[[int, int], None] = lambda done, total: None) -> Areas:
    """The rates of every territory of the census and, by the mixed model, the bootstrap of their errors.

    progress: called with how many simulated worlds are done, and how many there are.
    """
    data = fitted.data
    estimated = estimate_all(
        data.inputs, fitted.model, fitted.mixed, fitted.patterns, data.spec, NoStore(), progress
    )
    return Areas(fitted, estimated)
