"""What is written for operators is what the settings read."""

from __future__ import annotations

import re

from almenara.privacy.uploads.types import MIB, TAKEN
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


def test_the_sample_proxy_takes_strong_ciphers_only() -> None:
    """Each with forward secrecy and authenticated encryption, the strongest first."""
    proxy = (ROOT / "deploy/nginx.conf").read_text()
    [named] = re.findall(r"^\s*ssl_ciphers\s+(\S+);", proxy, flags=re.MULTILINE)
    ciphers = named.split(":")
    assert all(
        re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES(256|128)-GCM-SHA\d+|CHACHA20-POLY1305)", one) for one in ciphers
    )
    strength = [128 if "AES128" in one else 256 for one in ciphers]
    assert strength == sorted(strength, reverse=True)
    assert re.findall(r"^\s*ssl_protocols\s+(.+);", proxy, flags=re.MULTILINE) == ["TLSv1.2 TLSv1.3"]
    assert "ssl_prefer_server_ciphers on;" in proxy


def test_the_sample_proxy_says_itself_what_the_site_believes() -> None:
    proxy = (ROOT / "deploy/nginx.conf").read_text()
    said = dict(re.findall(r"proxy_set_header (\S+) (\S+);", proxy))
    assert said == {
        "Host": "$host",
        "X-Forwarded-Proto": "$scheme",
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Host": '""',
    }


def test_the_sample_proxy_redirects_pages_and_no_interface_and_logs_no_query() -> None:
    proxy = (ROOT / "deploy/nginx.conf").read_text()
    plain = proxy[proxy.index("listen 80;") :]
    assert re.search(r"location /api/ \{\s*return 403;", plain)
    assert len(re.findall(r"^server \{", proxy, flags=re.MULTILINE)) == proxy.count("access_log")
    [form] = re.findall(r"log_format without_query '(.+)';", proxy)
    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", form)
    assert set(re.findall(r"access_log \S+ (\w+);", proxy)) == {"without_query"}


def test_the_service_calls_nobody_who_is_not_named() -> None:
    service = (ROOT / "deploy/almenara.service").read_text()
    lines = re.findall(r"^IPAddress(\w+)=(.+)$", service, flags=re.MULTILINE)
    assert lines == [("Deny", "any"), ("Allow", "localhost")]


def test_the_sample_proxy_lets_through_what_the_site_takes() -> None:
    proxy = (ROOT / "deploy/nginx.conf").read_text()
    [megabytes] = re.findall(r"client_max_body_size (\d+)m;", proxy)
    largest = max(taken.limit for taken in TAKEN.values()) // MIB
    assert largest < int(megabytes) <= largest + 5
    assert (
        f"the largest upload, {largest} MB."
        in (ROOT / "docs/explanation/uploads-and-free-text.md").read_text()
    )
