from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from almenara.accounts import permissions, reach
from almenara.accounts.actions import institutions as acts
from almenara.accounts.forms.filters import InstitutionFilter
from almenara.accounts.forms.institutions import FocalPointForm, InstitutionForm, OfficeForm
from almenara.accounts.forms.people import ConfirmForm
from almenara.accounts.models import FocalPoint, Institution, Kind, Office
from almenara.accounts.policies.institutions import can_keep, can_keep_focal_points, check_can_keep
from almenara.accounts.policies.services import can_keep_services
from almenara.accounts.presenters.filters import chips
from almenara.accounts.queries import institutions
from almenara.accounts.views.shared import asked, looked_for, reader


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    wanted = looked_for(request, institutions.Wanted)
    countries = [(place.code, place.name) for place in institutions.countries()]
    form = InstitutionFilter(vars(wanted), kind=Kind.choices, country=countries)
    context = {
        "form": form,
        "chips": chips(form),
        "page": institutions.listed(wanted),
        "may_add": reach.may(reader(request), permissions.INSTITUTIONS_MANAGE),
    }
    return render(request, "accounts/institutions.html", context)


@require_safe
def detail(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    institution = get_object_or_404(Institution.objects.select_related("seat"), pk=key)
    keeps_services = can_keep_services(me, institution)
    context = {
        "institution": institution,
        "page": institutions.offices_of(
            institution, before=request.GET.get("before", ""), after=request.GET.get("after", "")
        ),
        "keeps": can_keep(me, institution),
        "keeps_services": keeps_services,
        "services": institutions.services_of(institution) if keeps_services else [],
    }
    return render(request, "accounts/institution.html", context)


def add(request: HttpRequest) -> HttpResponse:
    me = reader(request)

    def act(form: InstitutionForm) -> HttpResponse:
        made = acts.save_institution(by=me, institution=form.filled())
        return redirect("accounts:institution", made.pk)

    return asked(
        request,
        lambda data: InstitutionForm(me, None, data),
        act,
        back=reverse("accounts:institutions"),
        title=_("Add an institution"),
        submit=_("Add"),
    )


def kept(request: HttpRequest, key: int) -> Institution:
    """Raises Http404, PermissionDenied."""
    institution = get_object_or_404(Institution.objects.select_related("seat"), pk=key)
    check_can_keep(reader(request), institution)
    return institution


def edit(request: HttpRequest, key: int) -> HttpResponse:
    me, institution = reader(request), kept(request, key)

    def act(form: InstitutionForm) -> None:
        acts.save_institution(by=me, institution=form.filled())

    return asked(
        request,
        lambda data: InstitutionForm(me, institution, data),
        act,
        back=reverse("accounts:institution", args=[key]),
        done=_("The changes are kept."),
        title=_("Change %(name)s") % {"name": institution.name},
        submit=_("Keep"),
    )


def close(request: HttpRequest, key: int) -> HttpResponse:
    me, institution = reader(request), kept(request, key)
    return asked(
        request,
        ConfirmForm,
        lambda _form: acts.close_institution(by=me, institution=institution),
        back=reverse("accounts:institution", args=[key]),
        done=_("It is closed."),
        title=_("Close %(name)s") % {"name": institution.name},
        intro=_(
            "It stays in the record with its offices, which close too. Nobody is invited there any more."
        ),
        submit=_("Close it"),
        grave=True,
    )


def office_add(request: HttpRequest, key: int) -> HttpResponse:
    return _office(request, Office(institution=kept(request, key)), _("Add an office"))


def office_edit(request: HttpRequest, key: int) -> HttpResponse:
    office = get_object_or_404(Office.objects.select_related("territory"), pk=key)
    office.institution = kept(request, office.institution_id)
    return _office(request, office, _("Change %(name)s") % {"name": office.name})


def _office(request: HttpRequest, office: Office, title: str) -> HttpResponse:
    me = reader(request)

    def act(form: OfficeForm) -> None:
        acts.save_office(by=me, office=form.filled())

    return asked(
        request,
        lambda data: OfficeForm(office, data),
        act,
        back=reverse("accounts:institution", args=[office.institution_id]),
        done=_("The changes are kept."),
        title=title,
        submit=_("Keep"),
    )


def office_close(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    office = get_object_or_404(Office.objects.select_related("institution"), pk=key)
    check_can_keep(me, office.institution)
    return asked(
        request,
        ConfirmForm,
        lambda _form: acts.close_office(by=me, office=office),
        back=reverse("accounts:institution", args=[office.institution_id]),
        done=_("It is closed."),
        title=_("Close %(name)s") % {"name": office.name},
        intro=_("It stays in the record. Nobody is invited there any more."),
        submit=_("Close it"),
        grave=True,
    )


@require_safe
def focal_points(request: HttpRequest) -> HttpResponse:
    me = reader(request)
    keeps = set(institutions.countries_managed(me).values_list("pk", flat=True))
    points = [(point, point.country_id in keeps) for point in institutions.focal_points()]
    return render(request, "accounts/focal_points.html", {"points": points, "may_name": bool(keeps)})


def focal_point_name(request: HttpRequest) -> HttpResponse:
    me = reader(request)

    def act(form: FocalPointForm) -> None:
        acts.name_focal_point(by=me, **form.cleaned_data)

    return asked(
        request,
        lambda data: FocalPointForm(me, data),
        act,
        back=reverse("accounts:focal-points"),
        done=_("The focal point is named."),
        title=_("Name a focal point"),
        intro=_("Whoever was it before ends on the day before, and stays in the history."),
        submit=_("Name"),
    )


def focal_point_end(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    point = get_object_or_404(FocalPoint.objects.select_related("country", "person"), pk=key)
    if not can_keep_focal_points(me, point.country):
        raise PermissionDenied("country")
    return asked(
        request,
        ConfirmForm,
        lambda _form: acts.end_focal_point(by=me, point=point),
        back=reverse("accounts:focal-points"),
        done=_("It has ended."),
        title=_("%(name)s is no focal point any more") % {"name": point.person.name},
        submit=_("End it today"),
        grave=True,
    )
