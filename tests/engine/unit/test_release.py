"""A release: written whole or not at all, read back as it was, and every departure from the contract found."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mirti.errors import InputError
from mirti.io import release_writer
from mirti.io.release_reader import read_release, verify_release
from mirti.io.release_tables import arrow_table
from mirti.io.release_writer import write_release
from mirti.release import SCHEMA_VERSION, TABLES
from tests.support.releases import LONG_NAME, synthetic_release, write_synthetic_release


@pytest.fixture
def folder(tmp_path):
    out = tmp_path / "release"
    write_synthetic_release(out)
    return out


def found(folder):
    return "\n".join(str(problem) for problem in verify_release(folder))


def changed(release, table, **columns):
    """The release with columns of a table set: values by row, or a function of the column as an array."""
    old = release.tables[table]
    new = old
    for name, change in columns.items():
        position = old.schema.get_field_index(name)
        values = change(np.array(old[name].to_pylist(), dtype=object)) if callable(change) else change
        new = new.set_column(
            position, old.schema.field(name), pa.array(list(values), type=old.schema.field(name).type)
        )
    return replace(release, tables=release.tables | {table: new})


def first(value):
    def change(column):
        column[0] = value
        return column

    return change


def test_what_is_written_is_sound_and_read_back_the_same(folder):
    release = synthetic_release()
    assert verify_release(folder) == []
    back = read_release(folder)
    for name, table in release.tables.items():
        assert back.tables[name].equals(table), name
    assert back.classes == release.classes
    assert back.diagnostics == release.diagnostics
    assert back.geojson == release.geojson
    assert not folder.with_name("release.partial").exists()


def test_the_same_results_carry_the_same_id_and_other_results_another(tmp_path):
    one = write_synthetic_release(tmp_path / "one")
    again = write_synthetic_release(tmp_path / "again", report=None)
    other = write_synthetic_release(tmp_path / "other", seed=2)
    assert one.manifest.release_id == again.manifest.release_id
    assert one.manifest.release_id != other.manifest.release_id


def test_without_boundaries_there_is_no_map_and_the_release_is_sound(tmp_path):
    write_synthetic_release(tmp_path / "release", boundaries=False)
    assert not (tmp_path / "release" / "areas.geojson").exists()
    assert verify_release(tmp_path / "release") == []


def test_every_column_explains_itself_in_the_file(folder):
    for table in TABLES:
        if (folder / table.name).exists():
            for field in pq.read_schema(folder / table.name):
                assert field.metadata[b"meaning"]
                assert field.metadata[b"unit"]


def test_a_name_of_90_characters_is_among_the_synthetic_ones(folder):
    assert len(LONG_NAME) == 90
    assert LONG_NAME in read_release(folder).areas["name"].to_pylist()


def test_a_release_is_never_written_over(folder):
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(InputError, match="never written over"):
        write_synthetic_release(folder, seed=2)
    assert (folder / "manifest.json").read_bytes() == before


def test_a_disk_that_fills_leaves_nothing(tmp_path, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(release_writer, "sha256", full)
    with pytest.raises(OSError, match="No space"):
        write_synthetic_release(tmp_path / "release")
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_fails_leaves_nothing(tmp_path):
    def broken(release):
        raise RuntimeError("no report")

    with pytest.raises(RuntimeError):
        write_release(tmp_path / "release", synthetic_release(), broken)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["areas.parquet", "classes.json", "report.html", "areas.geojson"])
def test_a_changed_file_is_named(folder, name):
    with (folder / name).open("ab") as file:
        file.write(b" ")
    assert "have changed since" in found(folder)
    assert name in found(folder)


def test_missing_and_added_files_are_named(folder):
    (folder / "profile.parquet").rename(folder / "copy.parquet")
    assert "are missing. (profile.parquet)" in found(folder)
    assert "does not list. (copy.parquet)" in found(folder)


def test_a_forged_id_is_found(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["release_id"] = "synthetic-000000000000"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert "release id does not follow" in found(folder)


def test_another_schema_version_is_refused(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["schema_version"] = "0.9"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=rf"version 0.9, this mirti {SCHEMA_VERSION}"):
        read_release(folder)


def test_what_is_no_release_is_refused(tmp_path):
    with pytest.raises(InputError, match="no release here"):
        verify_release(tmp_path)
    partial = tmp_path / "release.partial"
    partial.mkdir()
    with pytest.raises(InputError, match="unfinished run"):
        verify_release(partial)


def test_a_manifest_that_lacks_fields_is_refused_with_their_names(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["seed"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="seed"):
        read_release(folder)


AREAS, DOMAINS = "areas.parquet", "domains.parquet"
FAULTS = [
    (AREAS, {"expected": first(1.0)}, "is not risk × children"),
    (AREAS, {"ci_low": first(0.9)}, "does not contain the risk"),
    (
        AREAS,
        {"interval_kind": lambda kinds: ["none"] * len(kinds)}
        | dict.fromkeys(("se", "ci_low", "ci_high"), lambda values: [None] * len(values)),
        "kind of interval is not the manifest's",
    ),
    (AREAS, {"rank": first(1)}, "Ranks do not follow risk"),
    (AREAS, {"class": first(3)}, "class does not follow from the breaks"),
    (AREAS, {"parent": first("77")}, "parent that is no domain"),
    (AREAS, {"code": lambda codes: [codes[1], *codes[1:]]}, "Rows repeat a key"),
    (AREAS, {"name": first(None)}, "'name' is missing where it may not be"),
    (AREAS, {"cv": first(0.1)}, "'cv' has a value where none can be known"),
    (AREAS, {"direct": first(None)}, "'direct' is missing where it may not be"),
    (AREAS, {"risk": first(1.5)}, "'risk' is out of range"),
    (AREAS, {"children": first(-3.0)}, "'children' is out of range"),
    (AREAS, {"children_year": first(20)}, "'children_year' is out of range"),
    (AREAS, {"children_source": first("guess")}, "words it may not hold"),
    (AREAS, {"risk": first(float("inf"))}, "'risk' is out of range"),
    (DOMAINS, {"children": first(5.0)}, "is not the sum of its areas"),
    (DOMAINS, {"areas": first(5)}, "is not the sum of its areas"),
    (DOMAINS, {"level": first("department"), "rank": first(1)}, "not exactly one country"),
    (DOMAINS, {"rank": lambda ranks: [ranks[0], *ranks[:0:-1]]}, "Ranks do not follow risk"),
    ("drivers.parquet", {"contribution": first(0.5)}, "do not add up to risk minus national risk"),
    ("drivers.parquet", {"code": first("nowhere")}, "Drivers and territories are not the same"),
    ("coefficients.parquet", {"odds_ratio": first(2.0)}, "is not exp(estimate)"),
    ("coefficients.parquet", {"t": first(2.0)}, "t is not estimate / se"),
    ("profile.parquet", {"code": first("nowhere")}, "unknown territories"),
]


@pytest.mark.parametrize(("table", "columns", "message"), FAULTS, ids=[message for _, _, message in FAULTS])
def test_parts_that_do_not_add_up_are_found(tmp_path, table, columns, message):
    out = tmp_path / "release"
    write_release(out, changed(synthetic_release(), table, **columns))
    assert message in found(out)


def test_a_missing_an_added_and_a_mistyped_column_are_found(tmp_path):
    release = synthetic_release()
    areas = release.areas
    areas = areas.drop_columns(["se"]).append_column("extra", pa.array([1] * areas.num_rows))
    position = areas.schema.get_field_index("rank")
    areas = areas.set_column(position, "rank", areas["rank"].cast(pa.float64()))
    write_release(tmp_path / "release", replace(release, tables=release.tables | {AREAS: areas}))
    text = found(tmp_path / "release")
    assert "Declared columns are missing. (se)" in text
    assert "does not declare. (extra)" in text
    assert "another type than declared. (rank: double)" in text


def test_classes_that_miscount_are_found(tmp_path):
    release = synthetic_release()
    rows = list(release.classes.classes)
    rows[0] = rows[0].model_copy(update={"areas": rows[0].areas + 1})
    classes = release.classes.model_copy(update={"classes": tuple(rows)})
    write_release(tmp_path / "release", replace(release, classes=classes))
    assert "Class 1 is not the sum of its areas" in found(tmp_path / "release")


def test_a_map_that_claims_a_value_for_an_unknown_polygon_is_found(tmp_path):
    release = synthetic_release()
    assert release.geojson is not None
    release.geojson["features"][-1]["properties"]["status"] = "ok"
    write_release(tmp_path / "release", release)
    assert "do not say rightly" in found(tmp_path / "release")


def test_a_column_left_out_is_null_and_one_too_many_is_refused():
    table = arrow_table("replicates.parquet", {"code": ["a", "b"], "replicate": [0, 1]})
    assert table["risk"].null_count == 2
    with pytest.raises(ValueError, match="declares no column extra"):
        arrow_table("replicates.parquet", {"code": ["a"], "extra": [1]})
