"""Names of factors and levels as the spec gives them to readers."""

from __future__ import annotations

from typing import Any


class Labels:
    """Looks up the labels of a spec's factors in one language; a name without label stands for itself.

    Factors are covariates of children and of areas, or the dimensions of an index.
    """

    def __init__(self, spec: dict[str, Any], language: str) -> None:
        of_areas = (spec.get("model") or {}).get("area_covariates", ())
        named = (*spec.get("covariates", ()), *of_areas, *spec.get("dimensions", ()))
        self._covariates = {each["name"]: each for each in named}
        self._language = language

    def factor(self, name: str) -> str:
        """A covariate, or the parts of an interaction joined by ×."""
        return " × ".join(self._covariate(part) for part in name.split(":"))

    def level(self, factor: str, level: str) -> str:
        """A level of a covariate, or of an interaction's categorical parts in order."""
        names = [name for name in factor.split(":") if not self._numeric(name)]
        levels = [level] if len(names) == 1 else level.split(":")
        if len(names) != len(levels):
            return level
        return " × ".join(self._level(name, part) for name, part in zip(names, levels, strict=True))

    def _covariate(self, name: str) -> str:
        label = self._covariates.get(name, {}).get("label")
        return str(label[self._language]) if label else name

    def _level(self, name: str, level: str) -> str:
        label = self._covariates.get(name, {}).get("level_labels", {}).get(level)
        return str(label[self._language]) if label else level

    def _numeric(self, name: str) -> bool:
        return bool(self._covariates.get(name, {}).get("kind") == "numeric")
