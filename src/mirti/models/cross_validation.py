"""Predictions of children by models that never saw their PSU.

Children of a PSU are alike, so folds hold whole PSUs, dealt out within strata (Wieczorek, Guerin & McMahon 2022,
"K-fold cross-validation for complex sample surveys").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, xlogy

from mirti.errors import InputError, Problem
from mirti.models.goodness import recalibration
from mirti.models.pseudo_likelihood import maximise, on_one_blas_thread
from mirti.models.roc import area
from mirti.models.rows import Rows
from mirti.tables import Floats, Index, Sample, SurveyCells

FOLDS = 10


@dataclass(frozen=True)
class CrossValidation:
    """risk: (m,) of each cell by the model fitted without its fold.

    auc, log_score (mean of y log p + (1 - y) log(1 - p) a weighted child, the higher the better), calibration intercept
    and slope: of these risks, folds pooled.
    """

    risk: Floats
    folds: int
    auc: float
    log_score: float
    calibration_intercept: float
    calibration_slope: float


def psu_folds(sample: Sample, psu: Index, folds: int = FOLDS, seed: int = 0) -> Index:
    """Fold (P,) of every PSU, 0 … folds - 1; psu: (m,) of the domain's cells, by whose PSUs folds are made even.

    PSUs are shuffled within strata and dealt out in turn, from one stratum on to the next.
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(sample.psu_stratum))
    order = shuffled[np.argsort(sample.psu_stratum[shuffled], kind="stable")]
    held = np.zeros(len(order), dtype=bool)
    held[psu] = True
    fold = np.zeros(len(order), dtype=np.int32)
    fold[order] = (np.cumsum(held[order]) - held[order]) % folds
    return fold


@on_one_blas_thread
def cross_validate(
    x: Floats,
    cells: SurveyCells,
    names: tuple[str, ...],
    *,
    start: Floats | None = None,
    folds: int = FOLDS,
    seed: int = 0,
) -> CrossValidation:
    """Fit the model matrix x (m, p) without each fold, and predict the fold.

    start: (p,) coefficients to start from. folds: at most the PSUs that hold a child. Raises InputError where the model
    has no estimate without some fold, with the reason.
    """
    folds = min(folds, len(np.unique(cells.psu)))
    fold = psu_folds(cells.sample, cells.psu, folds, seed)[cells.psu]
    rows = Rows.of(x)
    inside = fold[:, None] == np.arange(folds)
    # Sums of the other folds, not the total less the fold's own: what is left of a row wholly in it must be 0.
    others = ~np.eye(folds, dtype=bool)
    sw, swy = (rows.sums(values[:, None] * inside) @ others for values in (cells.sw, cells.swy))
    risk = np.empty(len(x))
    for k in range(folds):
        beta = _without_fold(rows, sw[:, k], swy[:, k], names, start, k, folds)
        risk[inside[:, k]] = expit(x[inside[:, k]] @ beta)
    intercept, slope = recalibration(risk, cells.sw, cells.swy)
    score = xlogy(cells.swy, risk) + xlogy(cells.sw - cells.swy, 1 - risk)
    return CrossValidation(
        risk=risk,
        folds=folds,
        auc=area(risk, cells.sw, cells.swy),
        log_score=float(score.sum() / cells.sw.sum()),
        calibration_intercept=intercept,
        calibration_slope=slope,
    )


def _without_fold(
    rows: Rows, sw: Floats, swy: Floats, names: tuple[str, ...], start: Floats | None, k: int, folds: int
) -> Floats:
    try:
        return maximise(rows.likelihood(sw, swy, names), start)[0]
    except InputError as error:
        reason = error.problems[0]
        listed = f" ({', '.join(reason.items)})" if reason.items else ""
        raise InputError(
            Problem(
                what=f"Without the PSUs of fold {k + 1} of {folds} the model has no estimate: "
                f"{reason.what.rstrip('.')}{listed}.",
                where="cross-validation",
                remedy="Merge levels that few PSUs hold, or drop the term: its estimate rests on those few.",
            )
        ) from error
