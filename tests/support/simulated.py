"""A small simulated country for the tests that need whole files: census, survey, registers, boundaries, truth, specs.

Import the fixture into the test module or conftest that uses it: `from tests.support.simulated import small_country`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mirti.io.simulated import write_country

PERSONS = 40_000
SEED = 2


@pytest.fixture(scope="session")
def small_country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a country of about 40,000 persons in 56 municipalities. Read it, never write in it.

    Its specs ask for the fewest worlds that a spec may.
    """
    country = write_country(tmp_path_factory.mktemp("simulated") / "country", PERSONS, SEED)
    for spec in country.glob("*.toml"):
        spec.write_text(f"{spec.read_text()}\n[uncertainty]\nreplicates = 50\n")
    return country
