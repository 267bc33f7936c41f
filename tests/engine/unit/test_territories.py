"""Names, parents and registers of the areas, and the profile made of them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from mirti.characterise.profile import RegisterColumn, census_variables, register_variables
from mirti.declarations import AreasDeclaration, Coding, CovariateDeclaration, Label
from mirti.errors import InputError
from mirti.io.boundaries import Boundaries
from mirti.io.territories import AreaList, name_territories
from mirti.smallarea.patterns import count_patterns
from tests.support.cells import census, covariates

CODES = ("0101", "0102", "0201")
GROUPS = np.array([0, 0, 1, 1, 1, 2, -1], dtype=np.int32)
LABEL = Label(es="Sexo", pt="Sexo", en="Sex", fr="Sexe")


def spec(country="XX", **areas):
    declaration = SimpleNamespace(areas=AreasDeclaration(**areas), run=SimpleNamespace(country=country))
    return SimpleNamespace(declaration=declaration, path="model.toml")


def drawn(*names):
    polygons = np.empty(len(names), dtype=object)
    return Boundaries("map.geojson", CODES[: len(names)], names, polygons, ())


def test_a_name_comes_from_the_table_else_the_map_else_the_code():
    listed = AreaList(names={"0101": "Listed"})
    territories = name_territories(spec(), CODES, listed, drawn("Drawn 1", "Drawn 2"))
    assert territories.names == ("Listed", "Drawn 2", "0201")


def test_a_parent_comes_from_the_table_else_from_the_code_else_it_is_the_country():
    assert name_territories(spec(), CODES, AreaList(), None).parent_codes == [None, None, None]
    from_codes = name_territories(spec(parent_from_code=2), CODES, AreaList(parents={"0102": "07"}), None)
    assert from_codes.parent_codes == ["01", "07", "02"]
    assert from_codes.domain_codes == ("01", "02", "07")


def test_domains_are_named_by_the_table_else_by_the_spec_else_by_their_code():
    listed = AreaList(parents=dict.fromkeys(CODES[:2], "01") | {"0201": "02"}, parent_names={"01": "North"})
    assert name_territories(spec(), CODES, listed, None).domain_names == ("North", "02")
    named = spec(parent_from_code=2, parent_names={"02": "South"})
    assert name_territories(named, CODES, listed, None).domain_names == ("North", "South")


TWICE = [spec(country="0101"), spec(country="01", parent_from_code=2), spec(parent_from_code=4)]


@pytest.mark.parametrize("declared", TWICE)
def test_a_code_that_stands_for_two_tiers_is_refused(declared):
    with pytest.raises(InputError, match="two territories"):
        name_territories(declared, CODES, AreaList(), None)


def declared_covariates():
    coding = Coding(column="x")
    levels = {"female": Label(es="Niña", pt="Menina", en="Girl", fr="Fille")}
    sex = CovariateDeclaration(name="sex", label=LABEL, level_labels=levels, survey=coding, census=coding)
    schooling = CovariateDeclaration(name="schooling", survey=coding, census=coding)
    age = CovariateDeclaration(name="age", kind="numeric", survey=coding, census=coding)
    return (sex, schooling, age)


def test_shares_of_children_by_level_sum_to_one_and_agree_with_a_count():
    cells = census()
    variables = census_variables(count_patterns(cells), declared_covariates(), covariates(), GROUPS, 3, 2020)
    assert [v.name for v in variables] == [
        "children.sex=female",
        "children.sex=male",
        "children.schooling=on time",
        "children.schooling=behind",
        "children.schooling=out",
    ]
    girls = variables[0]
    assert girls.label.es == "Sexo: Niña"
    assert variables[2].label.fr == "schooling: on time"
    for d in range(7):
        inside = cells.area == d
        expected = cells.n[inside & (cells.codes[:, 0] == 0)].sum() / cells.n[inside].sum()
        assert girls.areas[d] == pytest.approx(expected)
    department = np.isin(cells.area, [2, 3, 4])
    expected = cells.n[department & (cells.codes[:, 0] == 0)].sum() / cells.n[department].sum()
    assert girls.domains[1] == pytest.approx(expected)
    assert girls.nation == pytest.approx(cells.n[cells.codes[:, 0] == 0].sum() / cells.n.sum())
    assert girls.areas + variables[1].areas == pytest.approx(np.ones(7))


def register(unit, values):
    return RegisterColumn("posts", "health", LABEL, unit, 2019, values, people=False)


def test_counts_add_up_to_a_domain_only_where_every_area_is_known():
    codes = [f"{i:03d}" for i in range(7)]
    values = {code: float(i + 1) for i, code in enumerate(codes)}
    del values["005"]
    (posts,) = register_variables([register("count", values)], codes, GROUPS, 3)
    assert posts.domains[:2].tolist() == [3.0, 12.0]
    assert np.isnan(posts.domains[2])
    assert np.isnan(posts.areas[5])
    assert np.isnan(posts.nation)


def test_a_register_of_people_withholds_a_handful_and_what_would_give_it_back():
    codes = [f"{i:03d}" for i in range(7)]
    counts = dict(zip(codes, [4.0, 60.0, 30.0, 70.0, 80.0, 90.0, 100.0], strict=True))
    column = RegisterColumn("dropout", "school", LABEL, "count", 2019, counts)
    (dropout,) = register_variables([column], codes, GROUPS, 3)
    assert dropout.withheld.areas.tolist() == [True, True, False, False, False, False, False]
    assert np.isnan(dropout.areas[:2]).all()
    assert dropout.domains[0] == 64.0


def test_a_rate_does_not_add_up():
    codes = [f"{i:03d}" for i in range(7)]
    (rate,) = register_variables([register("per 1,000", dict.fromkeys(codes, 2.0))], codes, GROUPS, 3)
    assert rate.areas.tolist() == [2.0] * 7
    assert np.isnan(rate.domains).all()
    assert np.isnan(rate.nation)
