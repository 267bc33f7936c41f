"""A real OpenID provider on this machine, and a person's way through it."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests

SCRIPT = Path(__file__).with_name("provider.mjs")
ROOT = SCRIPT.parents[3]
LOGIN = "/en/account/oidc/ministry/login/"
CALLBACK = f"{LOGIN}callback/"


@dataclass(frozen=True)
class Visit:
    """What the person says there. claims: what the provider says of them, the verified address among them."""

    sub: str
    claims: dict[str, Any] = field(default_factory=dict)
    amr: tuple[str, ...] = ("pwd",)
    acr: str = "0"

    def hint(self) -> str:
        return json.dumps({"sub": self.sub, "claims": self.claims, "amr": self.amr, "acr": self.acr})


@dataclass(frozen=True)
class OpenIDProvider:
    issuer: str

    def environment(self) -> dict[str, str]:
        """As an operator writes it."""
        return {
            "ALMENARA_OIDC_NAME": "Ministry of Labour",
            "ALMENARA_OIDC_ISSUER": self.issuer,
            "ALMENARA_OIDC_CLIENT_ID": "almenara",
            "ALMENARA_OIDC_CLIENT_SECRET": "a-secret-of-the-tests",
        }

    def come_back(self, authorization: str, hint: str) -> str:
        """Where the browser is sent in the end: the site's address, with the code."""
        browser = requests.Session()
        address = f"{authorization}&{urlencode({'login_hint': hint})}"
        for _ in range(8):
            answer = browser.get(address, allow_redirects=False, timeout=20)
            assert answer.status_code in (302, 303), answer.text
            address = requests.compat.urljoin(address, answer.headers["Location"])
            if not address.startswith(self.issuer):
                return address
        raise AssertionError("the provider does not come back")


@contextmanager
def running(redirect_uri: str) -> Iterator[OpenIDProvider]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    process = subprocess.Popen(
        ["node", str(SCRIPT), port, redirect_uri],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "listening" in process.stdout.readline(), "npm ci has not been run, or node is missing"
        yield OpenIDProvider(f"http://localhost:{port}")
    finally:
        process.terminate()
        process.communicate(timeout=20)
