"""What is written for operators is what the settings read."""

from __future__ import annotations

import re

from tests.support.repository import ROOT

CONFIG = ROOT / "src" / "almenara" / "config"
SETTINGS = "\n".join(path.read_text(encoding="utf-8") for path in sorted(CONFIG.glob("*.py")))


def test_every_variable_that_the_settings_read_is_described() -> None:
    read = set(re.findall(r"environ(?:\.get\(|\[)\"(\w+)\"|\"(ALMENARA_OIDC_\w+)\"", SETTINGS))
    read = {name for pair in read for name in pair if name}
    described = set(
        re.findall(r"^#?([A-Z_]+)=", (ROOT / "deploy/almenara.env").read_text(), flags=re.MULTILINE)
    )
    assert read == described


def test_the_service_starts_a_command_that_exists() -> None:
    service = (ROOT / "deploy/almenara.service").read_text()
    assert re.search(r"^ExecStart=\S+/almenara serve ", service, flags=re.MULTILINE)
