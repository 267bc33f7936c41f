from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from almenara.accounts.actions import services
from almenara.accounts.forms.institutions import KeyForm, RenewForm, ServiceForm
from almenara.accounts.forms.people import ConfirmForm
from almenara.accounts.models import Institution, ServiceAccount, ServiceKey
from almenara.accounts.permissions import PERMISSIONS
from almenara.accounts.policies.services import check_can_keep_services
from almenara.accounts.views.shared import asked, reader


def add(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    institution = get_object_or_404(Institution, pk=key)
    check_can_keep_services(me, institution)

    def act(form: ServiceForm) -> HttpResponse:
        made = services.add_service(by=me, institution=institution, **form.cleaned_data)
        return redirect("accounts:service", made.pk)

    return asked(
        request,
        ServiceForm,
        act,
        back=reverse("accounts:institution", args=[key]),
        title=_("Add a system of %(name)s") % {"name": institution.name},
        submit=_("Add"),
    )


@never_cache
@require_safe
def detail(request: HttpRequest, key: int) -> HttpResponse:
    account = get_object_or_404(ServiceAccount.objects.select_related("institution"), pk=key)
    keys = [
        (entry, [PERMISSIONS[scope] for scope in entry.scopes])
        for entry in account.keys.select_related("created_by").order_by("-created_at")
    ]
    return render(request, "accounts/service.html", {"account": account, "keys": keys})


@never_cache
def issue(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    account = get_object_or_404(ServiceAccount.objects.select_related("institution"), pk=key)

    def act(form: KeyForm) -> HttpResponse:
        made, secret = services.issue_key(by=me, account=account, **form.cleaned_data)
        return once(request, made, secret)

    return asked(
        request,
        KeyForm,
        act,
        back=reverse("accounts:service", args=[key]),
        title=_("A new key for %(name)s") % {"name": account.name},
        submit=_("Make the key"),
    )


def once(request: HttpRequest, key: ServiceKey, secret: str) -> HttpResponse:
    """The only page that ever shows the key."""
    return render(request, "accounts/key.html", {"key": key, "secret": secret})


def theirs(key: int) -> ServiceKey:
    """Raises Http404 for a key that the database does not show to who asks."""
    return get_object_or_404(ServiceKey.objects.select_related("account__institution"), pk=key)


@never_cache
def renew(request: HttpRequest, key: int) -> HttpResponse:
    me, former = reader(request), theirs(key)

    def act(form: RenewForm) -> HttpResponse:
        made, secret = services.renew_key(by=me, key=former, days=form.cleaned_data["days"])
        return once(request, made, secret)

    return asked(
        request,
        RenewForm,
        act,
        back=reverse("accounts:service", args=[former.account_id]),
        title=_("Renew the key %(prefix)s") % {"prefix": former.prefix},
        intro=_("The former key works for seven days more, so that the system can change over."),
        submit=_("Make the new key"),
    )


def revoke(request: HttpRequest, key: int) -> HttpResponse:
    me, former = reader(request), theirs(key)
    return asked(
        request,
        ConfirmForm,
        lambda _form: services.revoke_key(by=me, key=former),
        back=reverse("accounts:service", args=[former.account_id]),
        done=_("The key works no more."),
        title=_("Revoke the key %(prefix)s") % {"prefix": former.prefix},
        intro=_("The system that uses it is shut out at once."),
        submit=_("Revoke"),
        grave=True,
    )


@csrf_exempt  # a key is no cookie: no other site can make a browser send it
@require_safe
def whoami(request: HttpRequest) -> HttpResponse:
    """Whose key it is: institution, system, scopes, expiry."""
    key = ServiceKey.objects.select_related("account__institution").get(pk=request.caller.key)  # type: ignore[attr-defined]
    return JsonResponse(
        {
            "institution": {"id": key.account.institution_id, "name": key.account.institution.name},
            "system": key.account.name,
            "key": key.prefix,
            "scopes": key.scopes,
            "expires_at": key.expires_at.isoformat(),
        }
    )
