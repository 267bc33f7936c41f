"""Signing in at the ministry's identity provider, a real one: into an account that is here, or not at all."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from almenara.accounts.models import User
from almenara.common.errors import RefusedError
from almenara.config.provider import provider as settings_of
from tests.support.cast import Cast
from tests.support.database import owner_rights
from tests.support.oidc import CALLBACK, LOGIN, OpenIDProvider, Visit
from tests.support.sign_in import HOME, code_now, signed_in, type_password, with_codes

pytestmark = pytest.mark.usefixtures("at_the_provider")
REFUSED = "/en/account/3rdparty/login/error/"


def verified(address: str, **more: Any) -> Visit:
    return Visit("sub-1", {"email": address, "email_verified": True}, **more)


def visit(client: Client, openid: OpenIDProvider, who: Visit | str, begin: str = LOGIN) -> Any:
    """From the button to what the site answers when the person comes back."""
    begun = client.post(begin)
    assert begun.status_code == 302, begun.content
    hint = who if isinstance(who, str) else who.hint()
    back = openid.come_back(begun.headers["Location"], hint)
    assert back.startswith(f"http://testserver{CALLBACK}")
    return client.get(back.removeprefix("http://testserver"))


def test_a_verified_address_leads_into_the_account_and_is_linked(
    client: Client, nobody: User, openid: OpenIDProvider
) -> None:
    assert visit(client, openid, verified(nobody.email.upper())).headers["Location"] == HOME
    assert client.session["_auth_user_id"] == str(nobody.pk)
    linked = SocialAccount.objects.get()
    assert (linked.user, linked.uid, linked.provider) == (nobody, "sub-1", "ministry")
    assert set(linked.extra_data) <= {"amr", "acr", "auth_time"}


def test_once_linked_the_person_is_known_by_the_provider_s_key(
    client: Client, nobody: User, openid: OpenIDProvider
) -> None:
    visit(client, openid, verified(nobody.email))
    later = Client()
    visit(later, openid, Visit("sub-1", {"email": "married@ministry.example", "email_verified": True}))
    assert later.session["_auth_user_id"] == str(nobody.pk)


@pytest.mark.parametrize("said", [False, None, "true", "false", 1, "absent"])
def test_an_address_that_is_not_verified_leads_nowhere(
    client: Client, nobody: User, openid: OpenIDProvider, said: Any
) -> None:
    claims = {"email": nobody.email, **({} if said == "absent" else {"email_verified": said})}
    assert visit(client, openid, Visit("sub-1", claims)).headers["Location"] == REFUSED
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()


def test_nobody_gets_an_account_from_the_provider(
    client: Client, people: Cast, openid: OpenIDProvider
) -> None:
    before = User.objects.count()
    answer = visit(client, openid, verified("new@ministry.example"))
    assert answer.headers["Location"] == REFUSED
    assert b"did not lead to an active account here" in client.get(REFUSED).content
    assert not signed_in(client)
    assert User.objects.count() == before
    assert not SocialAccount.objects.exists()


def test_whoever_is_suspended_stays_out_linked_or_not(
    client: Client, nobody: User, people: Cast, openid: OpenIDProvider
) -> None:
    suspended = people["suspended"]
    assert visit(client, openid, verified(suspended.email)).headers["Location"] == REFUSED
    visit(client, openid, verified(nobody.email))
    with owner_rights():
        nobody.is_active = False
        nobody.save()
    other = Client()
    assert visit(other, openid, verified(nobody.email)).headers["Location"] == REFUSED
    assert not signed_in(other)


def test_our_second_factor_is_asked_for_after_the_provider(
    client: Client, supervisor: User, openid: OpenIDProvider
) -> None:
    secret = with_codes(supervisor)
    answer = visit(client, openid, verified(supervisor.email, amr=("pwd", "mfa")))
    assert answer.headers["Location"] == "/en/account/2fa/authenticate/"
    assert not signed_in(client)
    client.post("/en/account/2fa/authenticate/", {"code": code_now(secret)})
    assert client.get(HOME).status_code == 200


def test_and_set_up_where_there_is_none(client: Client, supervisor: User, openid: OpenIDProvider) -> None:
    visit(client, openid, verified(supervisor.email, amr=("pwd", "mfa")))
    assert client.get(HOME).headers["Location"] == "/en/account/2fa/"


@pytest.mark.parametrize("said", [{"amr": ("pwd", "mfa")}, {"acr": "urn:two-factors"}])
def test_unless_the_provider_asked_for_one_and_the_operator_trusts_it(
    client: Client, supervisor: User, openid: OpenIDProvider, settings: Any, said: dict[str, Any]
) -> None:
    settings.OIDC_TRUSTED_FACTORS = ("mfa", "urn:two-factors")
    assert visit(client, openid, verified(supervisor.email, **said)).headers["Location"] == HOME
    assert client.get(HOME).status_code == 200
    with_codes(supervisor)
    other = Client()
    assert visit(other, openid, verified(supervisor.email, **said)).headers["Location"] == HOME
    third = Client()
    visit(third, openid, verified(supervisor.email))
    assert not signed_in(third)


def test_an_answer_is_of_use_once_and_to_the_browser_that_asked(
    client: Client, nobody: User, openid: OpenIDProvider
) -> None:
    begun = client.post(LOGIN).headers["Location"]
    back = openid.come_back(begun, verified(nobody.email).hint()).removeprefix("http://testserver")
    thief = Client()
    assert thief.get(back).status_code == 401
    assert not signed_in(thief)
    assert client.get(back).headers["Location"] == HOME
    client.post("/en/account/logout/")
    assert client.get(back).status_code == 401
    assert not signed_in(client)


def test_a_code_of_another_sign_in_is_refused(client: Client, nobody: User, openid: OpenIDProvider) -> None:
    """The code that a thief got for themselves, put into the person's answer: PKCE."""
    thief = Client()
    planted = openid.come_back(thief.post(LOGIN).headers["Location"], verified("thief@evil.example").hint())
    begun = client.post(LOGIN).headers["Location"]
    own = openid.come_back(begun, verified(nobody.email).hint())
    code, state = (
        dict(part.split("=") for part in address.split("?")[1].split("&")) for address in (planted, own)
    )
    assert client.get(f"{CALLBACK}?code={code['code']}&state={state['state']}").status_code == 401
    assert not signed_in(client)


def test_who_turns_back_is_not_signed_in(client: Client, nobody: User, openid: OpenIDProvider) -> None:
    answer = visit(client, openid, "cancel")
    assert answer.headers["Location"] == "/en/account/3rdparty/login/cancelled/"
    assert not signed_in(client)


@pytest.mark.parametrize(
    "begin", [f"{LOGIN}?process=connect", f"{LOGIN}?process=redirect&next=//evil.example"]
)
def test_it_serves_to_sign_in_and_for_nothing_else(
    client: Client, nobody: User, openid: OpenIDProvider, begin: str
) -> None:
    type_password(client, nobody)
    answer = visit(client, openid, verified("thief@ministry.example"), begin)
    assert answer.headers["Location"] == REFUSED
    assert not SocialAccount.objects.exists()


def test_next_stays_within_the_site(nobody: User, openid: OpenIDProvider) -> None:
    for wanted, expected in (("/en/account/sessions/", "/en/account/sessions/"), ("//evil.example", HOME)):
        client = Client()
        answer = visit(client, openid, verified(nobody.email), f"{LOGIN}?next={wanted}")
        assert answer.headers["Location"] == expected


def test_the_button_is_on_the_page_only_where_there_is_a_provider(
    client: Client, settings: Any, db: None
) -> None:
    assert b"Sign in with Ministry of Labour" in client.get("/en/account/login/").content
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert b"Ministry of Labour" not in client.get("/en/account/login/").content
    assert client.post(LOGIN).status_code == 404


def test_a_link_alone_does_not_begin_it(client: Client, db: None) -> None:
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert b"You go on at Ministry of Labour" in page.content


def test_a_session_begun_there_has_the_time_of_the_typing(
    client: Client, nobody: User, openid: OpenIDProvider
) -> None:
    visit(client, openid, verified(nobody.email), f"{LOGIN}?auth_params=max_age%3D0")
    assert abs(client.session["almenara_provider"]["auth_time"] - time.time()) < 60


def test_its_settings_are_whole_and_by_tls(openid: OpenIDProvider) -> None:
    environment = openid.environment()
    assert settings_of({}).id == ""
    with pytest.raises(RefusedError, match="ALMENARA_OIDC_CLIENT_SECRET"):
        settings_of({**environment, "ALMENARA_OIDC_CLIENT_SECRET": ""})
    with pytest.raises(RefusedError, match="https"):
        settings_of({**environment, "ALMENARA_OIDC_ISSUER": "http://id.example.org"})
    said = settings_of(
        {
            **environment,
            "ALMENARA_OIDC_TRUSTED_FACTORS": "mfa urn:x",
            "ALMENARA_OIDC_ISSUER": "https://id.example.org/realm/",
        }
    )
    assert said.trusted_factors == ("mfa", "urn:x")
    assert said.origins == ("https://id.example.org",)
