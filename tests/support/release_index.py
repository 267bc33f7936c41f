"""What the synthetic release of a composite index has in place of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirti.declarations import Label
from mirti.documents import ClassTable, IndexRecord, InputRecord, OutcomeRecord
from mirti.io.release_tables import arrow_table

Floats = NDArray[np.float64]

LANGUAGES = ("es", "pt", "en", "fr")
WITHOUT = frozenset(
    {"sample_n", "direct", "direct_se", "expected", "cv", "reliability"}
)  # columns it leaves empty
DRAWS = 60
DIMENSIONS = {
    "education": ("Educación", "Educação", "Education", "Éducation"),
    "poverty": ("Pobreza", "Pobreza", "Poverty", "Pauvreté"),
    "services": ("Servicios", "Serviços", "Services", "Services"),
}
INDICATORS = {
    "lag": ("Atraso escolar", "Atraso escolar", "Pupils behind for their age", "Retard scolaire"),
    "poor": ("Hogares pobres", "Domicílios pobres", "Poor households", "Ménages pauvres"),
    "water": (
        "Hogares con agua",
        "Domicílios com água",
        "Households with piped water",
        "Ménages ayant l’eau",
    ),
}
UNITS = ("% of pupils", "% of households", "% of households")
YEARS = (2019, 2020, 2021)
SOURCES = ("School census", "National census", "National census")


def classes(found: ClassTable) -> ClassTable:
    rows = tuple(row.model_copy(update={"expected": None}) for row in found.classes)
    return found.model_copy(update={"classes": rows})


def weights() -> Any:
    labels = {
        f"label_{language}": [texts[position] for texts in INDICATORS.values()]
        for position, language in enumerate(LANGUAGES)
    }
    return arrow_table(
        "weights.parquet",
        {
            "indicator": list(INDICATORS),
            "dimension": list(DIMENSIONS),
            "weight": [0.5, 0.3, 0.2],
            "direction": ["more", "more", "less"],
            "treatment": ["none", "winsorised: 3 values above 61.2", "none"],
            "unit": UNITS,
            "year": YEARS,
            "source": SOURCES,
            **labels,
        },
    )


def profile(codes: Sequence[str], values: Floats) -> Any:
    labels = [f"label_{language}" for language in LANGUAGES]
    names = ("code", "variable", "value", "withheld", "unit", "year", "source", *labels)
    rows: dict[str, list[Any]] = {name: [] for name in names}
    about = zip(INDICATORS.items(), UNITS, YEARS, SOURCES, values.T, strict=True)
    for (name, texts), unit, year, source, column in about:
        rows["code"] += codes
        rows["value"] += column.tolist()
        shared = {"variable": name, "withheld": False, "unit": unit, "year": year, "source": source}
        shared |= dict(zip(labels, texts, strict=True))
        for key, value in shared.items():
            rows[key] += [value] * len(codes)
    return arrow_table("profile.parquet", rows)


def diagnostics() -> dict[str, Any]:
    record = IndexRecord(
        indicators=3,
        dimensions=3,
        draws=DRAWS,
        top=48,
        dimension_weights=dict(zip(DIMENSIONS, (0.5, 0.3, 0.2), strict=True)),
        choices={"normalisation": ("min_max", "z"), "aggregation": ("mixed", "arithmetic", "geometric")},
        choices_computed=6,
        mean_rank_shift=4.2,
        total={"normalisation": 0.3, "aggregation": 0.8},
        remainder=0.002,
    )
    return {
        "index": record,
        "model": None,
        "national": None,
        "comparability": (),
        "support": None,
        "missing_outcome_share": None,
        "areas_sampled": 0,
    }


def manifest() -> dict[str, Any]:
    """The fields of the manifest that an index changes."""
    return {
        "measure": "index",
        "title": _label("Vulnerabilidad de la niñez", "Vulnerabilidade da infância", "Vulnerability of childhood",
                        "Vulnérabilité de l’enfance"),
        "outcome": OutcomeRecord(
            label=_label("Índice de vulnerabilidad", "Índice de vulnerabilidade", "Index of vulnerability",
                         "Indice de vulnérabilité"),
            rule={"kind": "index"},
        ),
        "survey_year": None,
        "census_year": None,
        "interval_kind": "choices",
        "replicates": DRAWS,
        "spec": {"schema_version": "1", "dimensions": _dimensions()},
        "inputs": (InputRecord(role="areas", name="indicators.csv", sha256="1" * 64, rows=240),),
        "warnings": ("Two indicators of poverty are hardly correlated.",),
    }  # fmt: skip


def _dimensions() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": _label(*texts).model_dump(),
            "indicators": [
                {"name": indicator, "label": _label(*INDICATORS[indicator]).model_dump(), "year": year}
            ],
        }
        for (name, texts), indicator, year in zip(DIMENSIONS.items(), INDICATORS, YEARS, strict=True)
    ]


def _label(es: str, pt: str, en: str, fr: str) -> Label:
    return Label(es=es, pt=pt, en=en, fr=fr)
