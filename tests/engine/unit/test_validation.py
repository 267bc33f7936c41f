"""Validating a release: what joins, what bad tables get, and what is left unsaid for want of an interval."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from mirti import pipeline
from mirti.documents import ValidationRecord
from mirti.errors import InputError
from mirti.io.release_tables import floats, texts
from mirti.io.release_writer import sha256, write_release
from mirti.pipeline.validated import domains_record, left_out_record
from mirti.smallarea.leave_out import LeftOut
from tests.support.drawn import drawn_release
from tests.support.releases import synthetic_release


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("validation") / "release"
    write_release(out, drawn_release(1))
    return out


def columns(folder, size=200):
    """A measure of the first areas: their own rate, less a tenth and with an error of a fifth of a point."""
    release = drawn_release(1)
    rng = np.random.default_rng(1)
    rate = floats(release.areas, "risk")[:size] * 0.9 + rng.normal(0, 0.002, size)
    return {
        "municipality": texts(release.areas, "code")[:size],
        "rate": [f"{value:.6f}" for value in np.clip(rate, 0, 1)],
        "se": ["0.002"] * size,
        "n": [str(100 + i) for i in range(size)],
    }


def table(tmp_path, columns):
    path = tmp_path / "measure.csv"
    pyarrow.csv.write_csv(pa.table(columns), path)
    return path


def measured(folder, tmp_path, columns, **options):
    return pipeline.validate(
        folder, pipeline.against(table(tmp_path, columns), "municipality", "rate", **options)
    )


def test_agreement_is_measured_on_the_areas_that_join_and_the_others_are_listed(folder, tmp_path):
    given = columns(folder)
    given["municipality"][0] = "nowhere"
    given["rate"][1] = ""
    found = measured(folder, tmp_path, given).validation.direct_measure
    codes = texts(drawn_release(1).areas, "code")
    assert found.units == 198
    assert found.no_area == ("nowhere",)
    assert found.no_measure == (*codes[:2], *codes[200:])
    assert found.pearson.value > 0.98
    assert found.slope.value == pytest.approx(0.9, abs=0.05)
    assert found.bias == pytest.approx(0.01, abs=0.003)
    assert sum(row.areas for row in found.tenths) == 198


def test_the_measures_errors_and_children_are_used_where_they_are_named(folder, tmp_path):
    plain = measured(folder, tmp_path, columns(folder)).validation.direct_measure
    full = measured(folder, tmp_path, columns(folder), se="se", children="n")
    found = full.validation.direct_measure
    assert (plain.with_errors, found.with_errors) == (0, 200)
    assert plain.within_errors is plain.rmse_net is None
    assert found.rmse_net < found.rmse
    assert found.children == sum(range(100, 300))
    assert (found.pearson, found.bias) == (plain.pearson, plain.bias)
    assert found.pearson_children != plain.pearson_children
    assert full.weights == "table"


def test_a_release_without_bootstrap_is_not_asked_whether_its_intervals_hold(tmp_path):
    write_release(tmp_path / "release", synthetic_release(1))
    codes = texts(synthetic_release(1).areas, "code")
    given = {
        "municipality": codes,
        "rate": [f"{0.05 + 0.001 * (i % 90)}" for i in range(240)],
        "se": ["0.01"] * 240,
    }
    found = measured(tmp_path / "release", tmp_path, given, se="se").validation.direct_measure
    assert found.inside_interval is None
    assert found.within_errors is None
    assert found.rmse_net is not None


def test_of_an_index_only_the_order_is_compared(tmp_path):
    release = drawn_release(1)
    index = replace(release, manifest=release.manifest.model_copy(update={"measure": "index"}))
    write_release(tmp_path / "release", index)
    found = measured(tmp_path / "release", tmp_path, columns(None)).validation.direct_measure
    assert found.spearman.value > 0.98
    assert found.kappa_ranked.value > 0.9
    assert {found.slope, found.kappa, found.bias, found.rmse, found.inside_interval} == {None}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda c: c.update(municipality=[f"9{code}" for code in c["municipality"]]),
            "0 areas of the release",
        ),
        (lambda c: c.update({k: v[:9] for k, v in c.items()}), "9 areas of the release"),
        (lambda c: c["municipality"].__setitem__(4, c["municipality"][3]), "more than once"),
        (lambda c: c["rate"].__setitem__(4, "12.5"), "outside 0–1"),
        (lambda c: c["rate"].__setitem__(4, "-0.1"), "outside 0–1"),
        (lambda c: c["rate"].__setitem__(4, "some"), "no numbers"),
        (lambda c: c["municipality"].__setitem__(4, ""), "missing"),
        (lambda c: c.pop("rate"), "rate"),
        (lambda c: c.pop("municipality"), "municipality"),
        (lambda c: c["se"].__setitem__(4, "-1"), "negative"),
        (lambda c: c["n"].__setitem__(4, ""), "missing or negative"),
        (lambda c: c.update(n=["0"] * 200), "have no children"),
    ],
)
def test_bad_tables_get_a_sentence_with_a_remedy(folder, tmp_path, spoil, said):
    given = columns(folder)
    spoil(given)
    with pytest.raises(InputError) as error:
        measured(folder, tmp_path, given, se="se", children="n")
    assert said in str(error.value)
    assert "→" in str(error.value)


def test_codes_that_lost_their_zeros_join_once_they_are_padded(folder, tmp_path):
    given = columns(folder) | {"municipality": [str(int(c)) for c in columns(folder)["municipality"]]}
    with pytest.raises(InputError, match="1001"):
        measured(folder, tmp_path, given)
    assert measured(folder, tmp_path, given, digits=5).validation.direct_measure.units == 200


def test_without_a_table_the_surveys_departments_are_left(folder):
    report = pipeline.validate(folder)
    domains = report.validation.domains
    assert report.validation.direct_measure is None
    assert (domains.assessed, len(domains.domains)) == (6, 6)
    for row in domains.domains:
        assert row.z == pytest.approx((row.modelled - row.direct) / row.direct_se)
    assert domains.inside == sum(abs(row.z) <= 1.96 for row in domains.domains)


def test_departments_without_a_direct_rate_are_no_evidence(tmp_path):
    release = drawn_release(1)
    nothing = pa.nulls(7, pa.float64())
    at = release.domains.schema.get_field_index("direct")
    bare = release.domains.set_column(at, release.domains.schema.field("direct"), nothing)
    write_release(tmp_path / "release", replace(release, tables=release.tables | {"domains.parquet": bare}))
    with pytest.raises(InputError, match="nothing to hold the release against"):
        pipeline.validate(tmp_path / "release")


def test_a_department_without_error_is_shown_and_not_judged():
    found = domains_record(
        ["a", "b", "c"], np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.5, np.nan]), np.array([0.0, 0.1, np.nan]), "none"
    )  # fmt: skip
    assert (found.assessed, found.inside) == (1, 0)
    assert [row.z for row in found.domains] == [None, pytest.approx(-3.0), None]
    assert found.mean_square_z == pytest.approx(9.0)


def test_the_releases_own_left_out_domains_are_shown_with_it(tmp_path):
    release = drawn_release(1)
    known = np.array([0.1, np.nan])
    left_out = LeftOut(
        np.array([50, 0]), known, known / 10, known, known / 5, known * 0, 1, np.nan, 0.0, 0.0, 0.0, 1.0
    )
    record = left_out_record(["01", "02"], left_out)
    assert (record.no_sample, record.pearson, record.covered) == (("02",), None, 1.0)
    diagnostics = release.diagnostics.model_copy(
        update={"validation": ValidationRecord(leave_one_out=record)}
    )
    write_release(tmp_path / "release", replace(release, diagnostics=diagnostics))
    assert pipeline.validate(tmp_path / "release").validation.leave_one_out == record


def test_the_folder_holds_record_and_page_and_the_file_is_named_with_its_hash(folder, tmp_path):
    against = pipeline.against(table(tmp_path, columns(folder)), "municipality", "rate")
    report = pipeline.validate(folder, against, out=tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["validation.html", "validation.json"]
    stored = json.loads((tmp_path / "out" / "validation.json").read_text())
    assert stored["validation"]["direct_measure"]["units"] == 200
    assert stored["source"]["name"] == "measure.csv"
    assert stored["source"]["sha256"] == sha256(tmp_path / "measure.csv")
    assert stored["release_id"] == report.release_id
