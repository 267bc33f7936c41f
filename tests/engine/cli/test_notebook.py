"""The three steps of a notebook: the page that shows them is executed, and they give what the command gives."""

from __future__ import annotations

import re
import subprocess
import sys

import pyarrow as pa
import pytest

import mirti
from mirti import pipeline
from mirti.disclosure import public_columns
from mirti.errors import InputError
from mirti.io.simulated import write_country
from mirti.report.card import card
from tests.support.repository import ROOT

PAGE = ROOT / "docs" / "tutorials" / "in-a-notebook.md"
PRIVATE = {"sample_n", "direct", "direct_se", "sample_share"}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The page's code, executed block after block in one session: its names, and the folder it was executed in."""
    folder = tmp_path_factory.mktemp("notebook")
    page = PAGE.read_text(encoding="utf-8")
    persons, seed = re.search(r"\$ mirti simulate --persons (\d+) --seed (\d+) --out country", page).groups()
    write_country(folder / "country", int(persons), int(seed))
    names: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        for block in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL):
            exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102 - our own page
    return names, folder


def test_the_page_is_executed_and_its_release_is_that_of_the_command(told, tmp_path):
    _, folder = told
    written = pipeline.verify(folder / "release")
    run = pipeline.verify(pipeline.run(folder / "country" / "model.toml", tmp_path / "release"))
    assert written.manifest.release_id == run.manifest.release_id
    assert "scenarios.parquet" in written.tables


def test_results_show_themselves_as_text_and_as_a_card(told):
    names, _ = told
    for name, words in (("data", "surveyed children"), ("fit", "σ_u"), ("areas", "national rate")):
        result = names[name]
        assert words in repr(result)
        html = result._repr_html_()
        assert html.count("<tr>") == min(result.to_arrow().num_rows, 10) + 1
        assert words in html


def test_tables_are_the_releases_without_what_is_private(told):
    names, folder = told
    areas = names["areas"]
    release = pipeline.verify(folder / "release")
    assert set(areas.to_arrow().column_names) == set(release.areas.column_names) - PRIVATE
    assert areas.to_arrow(private=True).equals(release.areas)
    assert areas.domains(private=True).equals(release.domains)
    assert set(areas.domains().column_names) == set(
        public_columns("domains.parquet", release.domains.column_names)
    )
    assert areas.drivers.equals(release.drivers)
    assert names["fit"].to_arrow().equals(release.coefficients)
    assert list(areas.to_frame()["code"]) == areas.to_arrow()["code"].to_pylist()


def test_explain_says_what_the_command_says_but_for_the_id(told):
    names, folder = told
    areas = names["areas"]
    code = areas.to_arrow()["code"][0].as_py()
    for language in ("es", "pt", "en", "fr"):
        here = areas.explain(code, language).splitlines()
        there = pipeline.explain(folder / "release", code, language).splitlines()
        assert here[0] == there[0]
        assert here[2:] == there[2:]
    with pytest.raises(InputError, match="no area"):
        areas.explain("nowhere at all")


def test_a_release_in_place_is_not_written_over(told):
    names, folder = told
    with pytest.raises(InputError, match="never written over"):
        names["areas"].write(folder / "release")


def test_what_is_wrong_is_said_as_by_the_command(tmp_path):
    with pytest.raises(InputError, match="there is no such spec"):
        mirti.read(tmp_path / "no.toml")


def test_importing_it_loads_no_statistics():
    code = (
        "import sys, mirti; dir(mirti); mirti.__version__; "
        "heavy = {'numpy', 'scipy', 'pyarrow', 'duckdb', 'pydantic', 'numba'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_offers_three_steps_and_nothing_that_is_not_there():
    assert {"read", "fit", "project", "__version__"} <= set(dir(mirti))
    assert callable(mirti.project)
    with pytest.raises(AttributeError, match="has no attribute 'predict'"):
        mirti.predict  # noqa: B018


def test_a_card_escapes_what_it_shows():
    table = pa.table({"<b>": ["<script>", None], "n": [1234567, 2], "x": [0.123456, 3.0]})
    html = card("<i>", {"a & b": "<1"}, table, rows=1)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "1,234,567" in html
    assert "0.1235" in html
    assert "and 1 more" in html
    assert "&lt;i&gt;" in html
