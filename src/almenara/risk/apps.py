from typing import ClassVar

from django.apps import AppConfig

WITH_ITS_RELEASE = "public figures, written once with their release, whose history is kept"
PARTS = (
    "Estimate", "Driver", "Coefficient", "Indicator", "ScenarioEffect", "ProfileVariable", "ProfileValue",
)  # fmt: skip


class RiskConfig(AppConfig):
    name = "almenara.risk"
    untracked: ClassVar = {f"risk.{part}": WITH_ITS_RELEASE for part in PARTS}
