"""Scenarios: held against children moved one by one, and against what must not change."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from mirti.characterise.grouping import Grouping
from mirti.characterise.scenarios import StateScenarios, change_of, move
from mirti.declarations import Label, ScenarioDeclaration
from mirti.errors import InputError
from mirti.models.coding import ModelMatrix
from mirti.patterns import distinct
from mirti.smallarea.patterns import PatternCounts, count_patterns
from mirti.smallarea.population import population
from mirti.smallarea.predictor import PriorEffects, Projector, predict
from mirti.tables import CensusCells
from tests.support.cells import census, covariates

AREAS = 7
LABEL = Label(es="a", pt="b", en="c", fr="d")
LEVELS = ("on time", "behind", "out")


def scenario(**keys: object) -> ScenarioDeclaration:
    given = {"name": "school", "label": LABEL, "covariate": "schooling", "levels": ("on time",)} | keys
    return ScenarioDeclaration.model_validate(given)


def moved(cells: CensusCells, declaration: ScenarioDeclaration):
    return move(count_patterns(cells), cells.covariates, change_of(declaration, cells.covariates))


def counts(patterns: PatternCounts) -> dict[tuple[int, ...], float]:
    """Children by area and codes."""
    cells = patterns.counts.tocoo()
    where = zip(cells.coords[0], cells.coords[1], cells.data, strict=True)
    return {(int(d), *patterns.codes[p].tolist()): float(n) for d, p, n in where}


def integers(seed: int, largest: int = 5) -> CensusCells:
    cells = census(seed)
    n = np.random.default_rng(seed).integers(1, largest + 1, len(cells.n)).astype(float)
    return replace(cells, n=n)


def one_by_one(cells: CensusCells, declaration: ScenarioDeclaration) -> dict[tuple[int, ...], Fraction]:
    """Every child is a bag of exact pieces. In each area, the same piece of each child who can move goes, and is laid
    on the levels of arrival as the children of the same sex and age (else of the area, else of the nation) are.
    """
    children = [
        (int(d), *map(int, codes))
        for d, codes, n in zip(cells.area, cells.codes, cells.n, strict=True)
        for _ in range(int(n))
    ]
    named = {LEVELS.index(level) for level in declaration.levels}
    after: dict[tuple[int, ...], Fraction] = {}
    for area in range(AREAS):
        here = [child for child in children if child[0] == area]
        inside = [child for child in here if child[2] in named]
        present = Fraction(len(inside), len(here))
        target = target_of(declaration, present)
        falls = target < present
        leaving = inside if falls else [child for child in here if child[2] not in named]
        arriving = destination(declaration, named) if falls else sorted(named)
        piece = abs(target - present) * len(here) / len(leaving) if leaving else Fraction(0)
        for child in here:
            goes = piece if child in leaving and target != present else Fraction(0)
            after[child] = after.get(child, Fraction(0)) + 1 - goes
            for level, part in arrivals(child, arriving, here, children).items() if goes else ():
                at = (child[0], child[1], level, child[3])
                after[at] = after.get(at, Fraction(0)) + goes * part
    return after


def target_of(declaration: ScenarioDeclaration, present: Fraction) -> Fraction:
    if declaration.multiply is not None:
        return min(present * Fraction(declaration.multiply), Fraction(1))
    if declaration.difference is not None:
        return min(max(present + Fraction(declaration.difference), Fraction(0)), Fraction(1))
    assert declaration.share is not None
    share = Fraction(declaration.share)
    return max(present, share) if declaration.direction == "up" else min(present, share)


def destination(declaration: ScenarioDeclaration, named: set[int]) -> list[int]:
    return [LEVELS.index(level) for level in declaration.to] or [i for i in range(3) if i not in named]


def arrivals(child, levels, here, everyone) -> dict[int, Fraction]:
    alike = [other for other in here if (other[1], other[3]) == (child[1], child[3])]
    for like in (alike, here, everyone):
        held = Counter(other[2] for other in like if other[2] in levels)
        if held:
            return {level: Fraction(n, held.total()) for level, n in held.items()}
    return {level: Fraction(1, len(levels)) for level in levels}


SCENARIOS = [
    scenario(share=0.75, direction="up"),
    scenario(share=0.25, direction="down"),
    scenario(levels=("behind", "out"), share=0.5, direction="up"),
    scenario(levels=("out",), multiply=0.5),
    scenario(levels=("out",), multiply=0.0, to=("on time",)),
    scenario(levels=("behind",), multiply=1.5),
    scenario(levels=("on time",), multiply=4.0),
    scenario(levels=("out",), difference=-0.125),
    scenario(levels=("out",), difference=0.25),
    scenario(levels=("on time",), share=1.0, direction="up"),
    scenario(levels=("on time",), share=0.0, direction="down"),
]


@pytest.mark.parametrize("declaration", SCENARIOS)
@pytest.mark.parametrize("seed", [1, 2])
def test_it_agrees_with_children_moved_one_by_one(declaration, seed):
    cells = integers(seed)
    found = counts(moved(cells, declaration).patterns)
    expected = {key: float(n) for key, n in one_by_one(cells, declaration).items() if n > 0}
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, abs=1e-12)


@given(
    seed=st.integers(1, 10_000),
    levels=st.sampled_from([("on time",), ("out",), ("behind", "out"), ("on time", "out")]),
    share=st.floats(0, 1),
    direction=st.sampled_from(["up", "down"]),
)
def test_nobody_is_lost_and_no_area_stops_short(seed, levels, share, direction):
    cells = census(seed)
    patterns = count_patterns(cells)
    result = moved(cells, scenario(levels=levels, share=share, direction=direction))
    assert result.patterns.children == pytest.approx(patterns.children, rel=1e-12)
    assert others(result.patterns) == pytest.approx(others(patterns), rel=1e-12)
    before, after = shares(patterns, levels), shares(result.patterns, levels)
    target = np.maximum(before, share) if direction == "up" else np.minimum(before, share)
    assert after == pytest.approx(target, abs=1e-9)
    assert result.share == pytest.approx(np.abs(target - before), abs=1e-9)
    assert (result.patterns.counts.data > 0).all()
    assert len(distinct(result.patterns.codes)[0]) == len(result.patterns.codes)


def others(patterns: PatternCounts) -> dict[tuple[int, ...], float]:
    """Children by area, sex and age."""
    total: dict[tuple[int, ...], float] = {}
    for (area, sex, _, age), n in counts(patterns).items():
        total[area, sex, age] = total.get((area, sex, age), 0.0) + n
    return total


def shares(patterns: PatternCounts, levels) -> np.ndarray:
    inside = np.isin(patterns.codes[:, 1], [LEVELS.index(level) for level in levels]).astype(float)
    return np.asarray(patterns.counts @ inside) / patterns.children


def test_an_area_beyond_the_target_stays_child_by_child():
    cells = integers(3)
    result = moved(cells, scenario(share=0.4, direction="up"))
    beyond = np.flatnonzero(shares(count_patterns(cells), ("on time",)) >= 0.4)
    assert 0 < len(beyond) < AREAS
    before, after = counts(count_patterns(cells)), counts(result.patterns)
    for area in beyond:
        assert {k: n for k, n in after.items() if k[0] == area} == {
            k: n for k, n in before.items() if k[0] == area
        }
    assert (result.share[beyond] == 0).all()


def test_patterns_that_no_area_holds_are_counted():
    cells = CensusCells(
        covariates(),
        ("a", "b"),
        np.array([0, 0, 1], dtype=np.int32),
        np.array([[0, 0, 0], [1, 2, 1], [0, 0, 0]], dtype=np.int16),
        np.array([6.0, 4.0, 5.0]),
    )
    result = moved(cells, scenario(share=0.8, direction="up"))
    # Two of the four who are out come on time at an age and sex that nobody had there.
    assert (result.new_patterns, result.new_children) == (1, pytest.approx(2.0))
    assert counts(result.patterns)[0, 1, 0, 1] == pytest.approx(2.0)
    assert counts(result.patterns)[0, 1, 2, 1] == pytest.approx(2.0)


def test_a_level_that_nobody_has_is_reached_evenly():
    cells = replace(census(), codes=census().codes * np.array([1, 0, 1], dtype=np.int16))
    result = moved(cells, scenario(levels=("behind", "out"), share=0.5, direction="up"))
    codes, total = result.patterns.codes, result.patterns.pattern_totals()
    by_level = np.bincount(codes[:, 1], total, 3) / total.sum()
    assert by_level == pytest.approx([0.5, 0.25, 0.25])


def test_a_target_already_reached_moves_nobody():
    cells = census()
    result = moved(cells, scenario(share=0.0, direction="up"))
    assert result.still
    assert counts(result.patterns) == counts(count_patterns(cells))
    assert moved(cells, scenario(share=0.9, direction="up")).still is False


def test_a_number_moves_between_values_that_exist_and_to_no_other():
    cells = integers(4)
    result = moved(cells, scenario(covariate="age", levels=("12",), multiply=0.0, to=("11",)))
    assert not (result.patterns.codes[:, 2] == 2).any()
    with pytest.raises(InputError, match=r"cannot set a number that nobody has.*\(13\)\n.*10, 11, 12"):
        moved(cells, scenario(covariate="age", levels=("13",), multiply=0.5))


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"covariate": "school"}, r'changes "school", which is no covariate.*\n.*sex, schooling, age'),
        ({"levels": ("late",)}, r"schooling has no such levels\. \(late\)\n.*on time, behind, out"),
        ({"levels": LEVELS}, "names every level of schooling"),
    ],
)
def test_what_the_model_does_not_have_is_refused_with_what_it_has(keys, told):
    with pytest.raises(InputError, match=told):
        change_of(scenario(share=0.5, direction="up", **keys), covariates())


GROUPS = np.array([0, 0, 1, 1, 1, -1, -1], dtype=np.int32)


def modelled(cells: CensusCells, terms: tuple[str, ...] = ("sex", "schooling", "age", "sex:schooling")):
    """A state of a mixed model, and what is needed to ask it of other populations."""
    matrix = ModelMatrix(cells.covariates, terms)
    beta = np.random.default_rng(5).normal(0, 0.6, len(matrix.names)) - np.eye(len(matrix.names))[0]
    projector = Projector(population(count_patterns(cells), matrix), beta)
    effects = PriorEffects(0.7, AREAS)
    shift = np.linspace(-0.3, 0.4, AREAS)
    return matrix, predict(projector.gathered(beta), 0.4, effects, shift, 0.7)


def test_differences_are_of_the_rates_of_the_two_censuses_by_area_domain_and_nation():
    cells = integers(2)
    matrix, state = modelled(cells)
    declarations = SCENARIOS[:3]
    results = [moved(cells, declaration) for declaration in declarations]
    projectors = [Projector(population(result.patterns, matrix), state.beta) for result in results]
    children = count_patterns(cells).children
    found = StateScenarios(projectors, Grouping(GROUPS, 2, children))(state)
    assert found.shape == (3, AREAS + 3)
    for row, declaration in zip(found, declarations, strict=True):
        after = rates_one_by_one(one_by_one(cells, declaration), matrix, state)
        before = rates_one_by_one({key: Fraction(n) for key, n in counts_of(cells).items()}, matrix, state)
        assert row[:AREAS] == pytest.approx(after - before, abs=1e-10)
        for g in range(2):
            inside = g == GROUPS
            of_domain = np.average((after - before)[inside], weights=children[inside])
            assert row[AREAS + g] == pytest.approx(of_domain, abs=1e-10)
        assert row[-1] == pytest.approx(np.average(after - before, weights=children), abs=1e-10)


def counts_of(cells: CensusCells) -> dict[tuple[int, ...], int]:
    total: dict[tuple[int, ...], int] = {}
    for d, codes, n in zip(cells.area.tolist(), cells.codes.tolist(), cells.n, strict=True):
        total[d, *codes] = total.get((d, *codes), 0) + int(n)
    return total


def rates_one_by_one(pieces: dict[tuple[int, ...], Fraction], matrix, state) -> np.ndarray:
    """Every piece of a child by every point of its area's effect and of a normal PSU effect."""
    z, density = np.polynomial.hermite_e.hermegauss(60)
    density = density / density.sum()
    total, size = np.zeros(AREAS), np.zeros(AREAS)
    for (area, *codes), n in pieces.items():
        eta = float((matrix.build(np.array([codes], dtype=np.int16)) @ state.beta)[0]) + state.shift[area]
        points = eta + state.effects.nodes[area][:, None] + state.sigma_v * z[None, :]
        total[area] += float(n) * float(state.effects.weights[area] @ expit(points) @ density)
        size[area] += float(n)
    return total / size


def test_a_covariate_that_the_model_does_not_use_changes_no_rate():
    cells = integers(6)
    matrix, state = modelled(cells, ("sex", "age"))
    result = moved(cells, scenario(share=1.0, direction="up"))
    projector = Projector(population(result.patterns, matrix), state.beta)
    found = StateScenarios([projector], Grouping(GROUPS, 2, count_patterns(cells).children))(state)
    assert not result.still
    assert found == pytest.approx(0.0, abs=1e-11)
