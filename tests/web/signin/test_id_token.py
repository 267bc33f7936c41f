"""What the provider says is believed only if its own key signed it, for this site, this sign-in and this person."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection
from django.test import Client

from almenara.accounts.models import User
from almenara.accounts.provider import CheckedAdapter
from tests.support.database import owner_rights
from tests.support.oidc import LOGIN, OpenIDProvider, Visit
from tests.support.sign_in import HOME, signed_in

pytestmark = pytest.mark.usefixtures("at_the_provider")
SECRET = "a-secret-of-the-tests"
Claims = dict[str, Any]


@pytest.fixture(scope="module")
def own_key() -> rsa.RSAPrivateKey:
    """In place of the provider's, whose private one is not to be had."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(key: rsa.RSAPrivateKey, kid: str, **more: str) -> dict[str, Any]:
    return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, **more}


def visit(client: Client, openid: OpenIDProvider, person: User, begin: str = LOGIN) -> Any:
    begun = client.post(begin).headers["Location"]
    who = Visit("sub-1", {"email": person.email, "email_verified": True})
    back = openid.come_back(begun, who.hint())
    return client.get(back.removeprefix("http://testserver"))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], str | None]], None]:
    """Let the provider's answer bring another ID token than the real one, from which it is made."""

    def change(altered: Callable[[str], str | None]) -> None:
        real = OAuth2Client.get_access_token

        def get_access_token(self: Any, *arguments: Any, **more: Any) -> Claims:
            answer: Claims = real(self, *arguments, **more)
            token = altered(answer.pop("id_token"))
            return answer if token is None else {**answer, "id_token": token}

        monkeypatch.setattr(OAuth2Client, "get_access_token", get_access_token)

    return change


def claims_of(token: str) -> Claims:
    claims: Claims = jwt.decode(token, options={"verify_signature": False})
    return claims


def refused(client: Client, answer: Any) -> str:
    """Why, by the log; nothing else has happened."""
    assert answer.status_code == 401 or answer.headers["Location"] == "/en/account/3rdparty/login/error/"
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()
    with owner_rights(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT detail->>'why' FROM witness_entry WHERE kind = 'signin_refused' ORDER BY id DESC"
        )
        return str(cursor.fetchone()[0])


def with_another_signature(token: str) -> str:
    head, body, signature = token.split(".")
    return ".".join((head, body, signature[:-8] + ("A" * 8 if signature[-8:] != "A" * 8 else "B" * 8)))


def unsigned(token: str) -> str:
    return jwt.encode(
        claims_of(token), None, "none", headers={"kid": jwt.get_unverified_header(token)["kid"]}
    )


def signed_with_the_shared_secret(token: str) -> str:
    return jwt.encode(
        claims_of(token), SECRET * 2, "HS256", headers={"kid": jwt.get_unverified_header(token)["kid"]}
    )


def signed_with_a_key_of_one_s_own(token: str) -> str:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kid = jwt.get_unverified_header(token)["kid"]
    return jwt.encode(claims_of(token), stranger, "RS256", headers={"kid": kid, "jwk": jwk(stranger, kid)})


def signed_with_a_key_that_is_not_the_provider_s(token: str) -> str:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims_of(token), stranger, "RS256", headers={"kid": "another"})


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        (with_another_signature, "InvalidSignature"),
        (unsigned, "not taken"),
        (signed_with_the_shared_secret, "not taken"),
        (signed_with_a_key_of_one_s_own, "InvalidSignature"),
        (signed_with_a_key_that_is_not_the_provider_s, "no key of that name"),
        (lambda token: "no.token.atall", "DecodeError"),
        (lambda token: None, "no ID token"),
    ],
)
def test_a_token_that_the_provider_s_key_did_not_sign_is_refused(
    client: Client, nobody: User, openid: OpenIDProvider, told: Any, forged: Any, why: str
) -> None:
    told(forged)
    assert why in refused(client, visit(client, openid, nobody))


def test_a_public_key_is_not_taken_for_a_shared_secret(
    client: Client, nobody: User, openid: OpenIDProvider, told: Any, monkeypatch: Any, own_key: Any
) -> None:
    """The algorithm is the key's, never the token's word alone."""
    monkeypatch.setattr(CheckedAdapter, "_keys", lambda self: [jwk(own_key, "k", alg="HS256")])
    public = own_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def forged(token: str) -> str:
        encode = jwt.utils.base64url_encode
        head = encode(json.dumps({"alg": "HS256", "kid": "k"}).encode())
        signed = head + b"." + encode(json.dumps(claims_of(token)).encode())
        return (signed + b"." + encode(hmac.new(public, signed, hashlib.sha256).digest())).decode()

    told(forged)
    assert "not taken" in refused(client, visit(client, openid, nobody))


def test_the_same_token_signed_by_a_known_key_is_taken(
    client: Client, nobody: User, openid: OpenIDProvider, told: Any, monkeypatch: Any, own_key: Any
) -> None:
    """So that what follows fails for what it says and for nothing else."""
    monkeypatch.setattr(CheckedAdapter, "_keys", lambda self: [jwk(own_key, "k", use="sig", alg="RS256")])
    told(lambda token: jwt.encode(claims_of(token), own_key, "RS256", headers={"kid": "k"}))
    assert visit(client, openid, nobody).headers["Location"] == HOME


WRONG: list[tuple[Claims, str]] = [
    ({"iss": "https://evil.example"}, "InvalidIssuer"),
    ({"aud": "another-site"}, "InvalidAudience"),
    ({"aud": ["almenara", "another-site"]}, "for several"),
    ({"aud": ["almenara", "another-site"], "azp": "another-site"}, "given to another"),
    ({"azp": "another-site"}, "given to another"),
    ({"exp": 1_700_000_000}, "ExpiredSignature"),
    ({"iat": 4_000_000_000}, "ImmatureSignature"),
    ({"exp": None}, "MissingRequiredClaim"),
    ({"nonce": None}, "MissingRequiredClaim"),
    ({"nonce": "of-another-sign-in"}, "nonce is another"),
    ({"sub": "sub-2"}, "another person"),
]


@pytest.mark.parametrize(("changed", "why"), WRONG)
def test_a_token_for_another_site_sign_in_or_person_is_refused(
    client: Client, nobody: User, openid: OpenIDProvider, told: Any, monkeypatch: Any, own_key: Any,
    changed: Claims, why: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(CheckedAdapter, "_keys", lambda self: [jwk(own_key, "k")])

    def forged(token: str) -> str:
        claims = {name: value for name, value in {**claims_of(token), **changed}.items() if value is not None}
        return jwt.encode(claims, own_key, "RS256", headers={"kid": "k"})

    told(forged)
    assert why in refused(client, visit(client, openid, nobody))


def test_the_token_of_a_former_sign_in_of_the_same_person_is_refused(
    client: Client, nobody: User, openid: OpenIDProvider, told: Any
) -> None:
    """Real, signed by the provider, and seconds old: only the nonce tells."""
    kept: list[str] = []

    def replayed(token: str) -> str:
        kept.append(token)
        return kept[0]

    told(replayed)
    assert visit(client, openid, nobody).headers["Location"] == HOME
    SocialAccount.objects.all().delete()
    other = Client()
    assert "nonce is another" in refused(other, visit(other, openid, nobody))


def test_metadata_that_name_another_issuer_are_not_believed(
    client: Client, nobody: User, openid: OpenIDProvider, settings: Any
) -> None:
    """The address answers, and says it is somebody else: one tenant's metadata in another's place."""
    [app] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    app["settings"]["issuer"] = f"{openid.issuer}/"
    assert refused(client, client.post(LOGIN)) == "the metadata name another issuer"


def test_a_provider_that_is_away_is_told_and_not_a_fault_of_the_site(
    client: Client, nobody: User, settings: Any
) -> None:
    [app] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    app["settings"]["server_url"] = app["settings"]["issuer"] = "http://localhost:1"
    assert refused(client, client.post(LOGIN)) == "ConnectionError"


def test_a_link_adds_nothing_to_what_is_asked_of_the_provider(client: Client, db: None) -> None:
    added = "redirect_uri%3Dhttps%3A%2F%2Fevil.example%26nonce%3Dx%26prompt%3Dnone"
    begin = f"{LOGIN}?auth_params={added}&scope=offline_access"
    asked = client.post(begin).headers["Location"]
    for word in ("evil", "prompt", "offline_access", "nonce=x&"):
        assert word not in asked
    assert "nonce=" in asked
    assert "max_age=0" in client.post(f"{LOGIN}?auth_params=max_age%3D0").headers["Location"]
