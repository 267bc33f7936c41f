"""Direct rates: what the survey alone says of a territory, where it has a sample there. Never published by area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirti.survey.estimates import domain_ratios, replicated_pair
from mirti.survey.variance import SinglePsu
from mirti.tables import Floats, Index, Ints, SurveyCells


@dataclass(frozen=True)
class Direct:
    """Design-based rates of G territories. n: sampled children; rate nan without sample; se nan where unestimable."""

    n: Ints
    rate: Floats
    se: Floats


def direct_rates(survey: SurveyCells, group: Index, groups: int, single_psu: SinglePsu = "fail") -> Direct:
    """Weighted rate of the outcome by group of survey areas, with its standard error: by replicates or linearised.

    group: for each of survey.area_codes its group, 0 … groups − 1, or −1 for none. The cells are a domain of the
    design, so PSUs without a sampled child count in the variance.
    """
    member = group[survey.area]
    inside = member >= 0
    pair = replicated_pair(survey)
    ratios = domain_ratios(
        survey.sample,
        survey.psu[inside],
        survey.swy[inside],
        survey.sw[inside],
        member[inside],
        groups,
        ssu=None if survey.ssu is None else survey.ssu[inside],
        single_psu=single_psu,
        replicated=None if pair is None else (pair[0][inside], pair[1][inside]),
    )
    n = np.bincount(member[inside], survey.n[inside], minlength=groups).astype(np.int64)
    return Direct(n, ratios.estimate, ratios.se)


def match(codes: tuple[str, ...], among: tuple[str, ...]) -> Index:
    """Position of each code in another list, −1 where it is not there."""
    position = {code: i for i, code in enumerate(among)}
    return np.array([position.get(code, -1) for code in codes], dtype=np.int32)
