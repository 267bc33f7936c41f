"""The design-based regression as R and Stata print theirs, and as files for both."""

from __future__ import annotations

from pathlib import Path

from mirti.declarations import SurveyDeclaration
from mirti.io.results import write_results
from mirti.models.coding import ModelMatrix
from mirti.models.diagnostics import dispersion
from mirti.models.logistic import LogisticFit
from mirti.report.fit_table import covariance_csv, r_summary, stata_table, tidy_csv
from mirti.tables import SurveyCells

OUTCOME = "y"


def r_text(fit: LogisticFit, matrix: ModelMatrix, cells: SurveyCells, survey: SurveyDeclaration) -> str:
    """R's summary of the fit on the survey's cells, under the svydesign that the declaration amounts to."""
    spread = dispersion(fit, matrix.build(cells.codes), cells)
    formula = f"{OUTCOME} ~ {' + '.join(matrix.factor_names)}"
    return r_summary(fit, formula=formula, design=r_design(survey), dispersion=spread)


def r_design(survey: SurveyDeclaration) -> str:
    """The call of R's survey package that declares the same design."""
    weights = f"weights = ~{survey.weight}"
    if survey.replicates is not None:
        return _replicate_design(survey, weights)
    units = [survey.psu or "1"]
    populations = [survey.stratum_population] if survey.stratum_population else []
    if survey.psu_population and survey.ssu:
        units += [survey.ssu, *(stage.unit for stage in survey.stages)]
        populations += [survey.psu_population, *(stage.population for stage in survey.stages)]
    parts = [f"ids = ~{' + '.join(units)}"]
    parts += [f"strata = ~{survey.strata}"] if survey.strata else []
    parts += [weights]
    parts += [f"fpc = ~{' + '.join(populations)}"] if populations else []
    parts += ["nest = TRUE"] if survey.nest and survey.strata and survey.psu else []
    return f"svydesign({', '.join(parts)}, data = survey)"


def write_fit(
    folder: Path, fit: LogisticFit, matrix: ModelMatrix, cells: SurveyCells, survey: SurveyDeclaration
) -> None:
    """Write the new folder: coefficients.csv (broom's columns), covariance.csv, and three texts.

    Raises InputError if the folder exists.
    """
    files = {
        "coefficients.csv": tidy_csv(fit),
        "covariance.csv": covariance_csv(fit),
        "summary-R.txt": r_text(fit, matrix, cells, survey),
        "summary-Stata.txt": stata_table(fit, outcome=OUTCOME),
        "summary-Stata-odds-ratios.txt": stata_table(fit, outcome=OUTCOME, odds_ratios=True),
    }
    write_results(folder, files)


def _replicate_design(survey: SurveyDeclaration, weights: str) -> str:
    declared = survey.replicates
    assert declared is not None  # noqa: S101 - the caller checked
    kind = "successive-difference" if declared.kind == "SDR" else declared.kind
    columns = "|".join(
        f"^{name.removesuffix('*')}{'' if name.endswith('*') else '$'}" for name in declared.columns
    )
    parts = [f'repweights = "{columns}"', weights, f'type = "{kind}"']
    parts += [f"combined.weights = {str(declared.combined).upper()}"]
    parts += [f"rho = {declared.rho:g}"] if declared.rho is not None else []
    parts += [f"scale = {declared.scale:g}"] if declared.scale is not None else []
    parts += [f"rscales = c({', '.join(f'{r:g}' for r in declared.rscales)})"] if declared.rscales else []
    parts += [f"mse = {str(declared.centre == 'estimate').upper()}"]
    return f"svrepdesign({', '.join(parts)}, data = survey)"
