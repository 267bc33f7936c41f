"""What an index computes: the published choice, its classes and drivers, and the same by the other choices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.declarations.index import IndexSpec
from mirti.index.chain import Chain, Composite
from mirti.index.coherence import Coherence, coherence_of
from mirti.index.contributions import Contributions, contributions
from mirti.index.sensitivity import Sensitivity, sensitivity
from mirti.index.uncertainty import Draws, Places, Rankings, draw, places
from mirti.maps.breaks import Classes, classify
from mirti.pipeline.index_inputs import IndexInputs, choices_of, rules_of
from mirti.pipeline.stages import Progress, Stages, silent

SCALE = 100.0  # a score of 1 to 100 is a release's risk of 0.01 to 1


@dataclass(frozen=True)
class Indexed:
    """Everything an index says. classes: of the scores divided by SCALE; top: areas counted as the top."""

    composite: Composite
    classes: Classes
    contributions: Contributions
    coherence: Coherence
    rankings: Rankings
    draws: Draws
    places: Places
    sensitivity: Sensitivity | None
    top: int


def compute(spec: IndexSpec, inputs: IndexInputs, stages: Stages, progress: Progress = silent) -> Indexed:
    """The index by the published choice, and by the others."""
    declared, seed = spec.declaration, spec.declaration.run.seed
    with stages.stage("index"):
        chain = Chain(
            inputs.table.values[:, inputs.screened.kept],
            inputs.design,
            inputs.territories.parent,
            rules_of(declared),
        )
        options = choices_of(declared, inputs)
        composite = chain.run(options.published)
        classes = classify(composite.score / SCALE, inputs.table.children, declared.classes)
        rankings = Rankings(chain, options)
    top = declared.uncertainty.top or max(1, len(inputs.table.codes) // 5)
    with stages.stage("uncertainty"):
        draws = draw(
            rankings,
            composite.score,
            declared.uncertainty.draws,
            seed,
            lambda done, total: progress("uncertainty", done, total),
        )
    with stages.stage("sensitivity"):
        moved = sensitivity(
            rankings,
            declared.uncertainty.sensitivity_points,
            seed,
            lambda done, total: progress("sensitivity", done, total),
        )
    return Indexed(
        composite=composite,
        classes=classes,
        contributions=contributions(composite, inputs.table.children),
        coherence=coherence_of(composite),
        rankings=rankings,
        draws=draws,
        places=places(draws, rankings.published, SCALE * np.array(classes.breaks), top),
        sensitivity=moved,
        top=top,
    )
