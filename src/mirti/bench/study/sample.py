"""One sample of a study: everything a run estimates, beside the truth and the alternatives."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirti.bench.study import alternatives
from mirti.bench.study.country import AREAS, DESIGNS, DOMAINS, SEED, Country, Design, Drawn, draw
from mirti.declarations import ReliabilityDeclaration
from mirti.maps.breaks import class_of, natural_breaks
from mirti.models.mixed.data import mixed_data
from mirti.models.mixed.fit import MixedFit, fit_mixed
from mirti.models.mixed.informativeness import informativeness
from mirti.smallarea.bootstrap import bootstrap
from mirti.smallarea.estimator import Fitted, Setting, benchmarked, fitted, mixed_refit, sampled_population
from mirti.smallarea.population import population
from mirti.smallarea.predictor import PredictiveState, Projector
from mirti.smallarea.ranks import competition_ranks
from mirti.smallarea.uncertainty import (
    class_probabilities,
    top_probabilities,
    truths,
    uncertainty,
)
from mirti.tables import SurveyCells

CLASSES = 3
TOP = AREAS // 5
Arrays = dict[str, NDArray[Any]]


def study_sample(country: Country, design: Design, number: int, replicates: int) -> Arrays:
    """Arrays (A, …) of one sample; the same for the same design and number."""
    stream = np.random.SeedSequence(SEED, spawn_key=(DESIGNS.index(design), number))
    drawn = draw(country, design, np.random.default_rng(stream))
    cells = drawn.cells
    x, names = country.matrix.build(cells.codes), country.matrix.names
    data = mixed_data(x, cells, names=names)
    fit = fit_mixed(data)
    setting = _setting(country, cells, data)
    model = fitted(fit, data, AREAS)
    projector = Projector(setting.people, model.beta)
    state, _ = benchmarked(setting, projector.gathered(model.beta), country.children, model, cells.swy)
    found = _with_errors(setting, model, state, projector, fit, drawn, replicates, number)
    checked = informativeness(x, cells, names=names)
    return found | _compared(country, drawn, fit) | {"informative": np.array(checked.fires)}


def _setting(country: Country, cells: SurveyCells, data: Any) -> Setting:
    return Setting(
        people=population(country.patterns(), country.matrix, children=country.children),
        cells=cells,
        data=data,
        sampled=sampled_population(cells, country.matrix),
        group=country.domain,
        domains=DOMAINS,
        benchmark="country",
    )


def _with_errors(
    setting: Setting,
    model: Fitted,
    state: PredictiveState,
    projector: Projector,
    fit: MixedFit,
    drawn: Drawn,
    replicates: int,
    number: int,
) -> Arrays:
    worlds = bootstrap(
        setting,
        model,
        state,
        mixed_refit(AREAS, fit),
        replicates=replicates,
        seed=number,
        projector=projector,
        threads=1,
    )
    rate = state.rates.rate
    found = uncertainty(rate, worlds.areas, ReliabilityDeclaration())
    replicated = truths(rate, worlds.areas)
    breaks = natural_breaks(rate, CLASSES)
    return {
        "truth": drawn.truth,
        "rate": rate,
        "low": found.low,
        "high": found.high,
        "se": found.se,
        "classes": class_probabilities(replicated, breaks),
        "class": class_of(drawn.truth, breaks),
        "top": top_probabilities(replicated, TOP, seed=number),
        "in_top": competition_ranks(drawn.truth) <= TOP,
        "sigma": np.array([fit.sigma_u, fit.sigma_v]),
        "boundary": np.array(fit.boundary),
        "redrawn": np.array(worlds.redrawn),
    }


def _compared(country: Country, drawn: Drawn, fit: MixedFit) -> Arrays:
    rate = alternatives.direct(country, drawn.cells)
    return {
        "direct": rate,
        "synthetic": alternatives.synthetic(country, country.matrix, drawn.cells),
        "plug_in": alternatives.plug_in(country, country.matrix, fit.beta),
        "fay_herriot": alternatives.fay_herriot(country, drawn.cells, rate),
    }
