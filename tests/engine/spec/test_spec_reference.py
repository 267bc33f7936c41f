"""The printed reference holds every key that a spec may have."""

from __future__ import annotations

from mirti import declarations
from mirti.declarations import Declaration
from mirti.spec import index_reference, reference


def all_declarations() -> list[type[Declaration]]:
    package = f"{declarations.__name__}."
    return [model for model in Declaration.__subclasses__() if model.__module__.startswith(package)]


def test_every_key_has_a_row_with_its_meaning() -> None:
    assert len(all_declarations()) > 40
    for model in all_declarations():
        page = index_reference() if model.__module__ == declarations.index.__name__ else reference()
        assert model.__doc__, model
        for key, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{key} says nothing of itself"
            assert f"| `{key}` |" in page
            assert field.description.replace("|", "\\|") in page


def test_allowed_values_defaults_and_required_keys_are_said() -> None:
    page = reference()
    assert '| `single_psu` | "fail", "certainty", "adjust" | `"fail"` |' in page
    assert "| `weight` | text | **required** |" in page
    assert '| `na` | list of text | `["", "NA"]` |' in page


def test_every_row_has_four_cells() -> None:
    lines = f"{reference()}\n{index_reference()}".splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert {row.replace("\\|", "").count("|") for row in rows} == {5}
