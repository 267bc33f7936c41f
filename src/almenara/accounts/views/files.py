from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from almenara.accounts import purposes, reach
from almenara.accounts.actions import files
from almenara.accounts.forms.people import FileForm, GlassForm, PurposeForm
from almenara.accounts.models import PersonalFile, User
from almenara.accounts.policies.files import FILE, can_break_glass, can_open
from almenara.accounts.queries.institutions import emergencies
from almenara.accounts.views.shared import asked, reader


@never_cache
def own(request: HttpRequest) -> HttpResponse:
    me = reader(request)
    file = PersonalFile.objects.filter(person=me).first() or PersonalFile(person=me)
    written = {name: getattr(file, name) for name in FileForm.base_fields}

    def act(form: FileForm) -> None:
        files.save_own(by=me, words=files.Words(**form.cleaned_data))

    return asked(
        request,
        lambda data: FileForm(data, initial=written),
        act,
        back=reverse("accounts:own-file"),
        done=_("Your personal file is kept, encrypted."),
        title=_("Your personal file"),
        submit=_("Keep"),
        intro=_(
            "You write it. Who looks after your institution's people may read it, saying why; each time is logged."
        ),
        other=(reverse("accounts:who-sees", args=["personal-file", me.pk]), _("Who can see it")),
    )


@never_cache
def opened(request: HttpRequest, key: int) -> HttpResponse:
    """Another's file: asks what for, once in a quarter of an hour, and is logged each time."""
    me = reader(request)
    if me.pk == key:
        return redirect("accounts:own-file")
    person = somebody(me, key)
    if not can_open(me, person):
        if can_break_glass(me, person):
            return redirect("accounts:emergency", key)
        raise PermissionDenied("personal file")
    if request.method == "POST":
        return stating(request, person)
    purpose = purposes.stated(request, FILE, key)
    if not purpose:
        return stating(request, person)
    file = files.open_file(by=me, person=person, purpose=purpose)
    return render(request, "accounts/file.html", {"person": person, "file": file, "purpose": purpose})


def stating(request: HttpRequest, person: User) -> HttpResponse:
    def act(form: PurposeForm) -> None:
        purposes.state(request, FILE, person.pk, form.said())

    return asked(
        request,
        PurposeForm,
        act,
        back=reverse("accounts:file", args=[person.pk]),
        title=_("Open the personal file of %(name)s") % {"name": person.name},
        submit=_("Open"),
        intro=_("What you say here is logged with your name, and the person may learn of it."),
    )


def somebody(me: User, key: int) -> User:
    """Of the reader's own countries: of others it is not even said whether they are there. Raises Http404."""
    person = get_object_or_404(User.objects.select_related("institution__seat", "office__territory"), pk=key)
    if not can_open(me, person) and not can_break_glass(me, person):
        raise Http404
    return person


def emergency(request: HttpRequest, key: int) -> HttpResponse:
    me = reader(request)
    person = get_object_or_404(User.objects.select_related("institution__seat", "office__territory"), pk=key)
    if not can_break_glass(me, person):
        raise Http404

    def act(form: GlassForm) -> HttpResponse:
        try:
            files.break_glass(by=me, person=person, reason=form.cleaned_data["reason"])
        except PermissionDenied as refused:
            raise ValidationError(
                _("Nobody is there to be told of it, so it cannot be opened: ask your administrator.")
            ) from refused
        purposes.state(request, FILE, person.pk, form.cleaned_data["reason"])
        return redirect("accounts:file", key)

    return asked(
        request,
        GlassForm,
        act,
        back=reverse("accounts:home"),
        title=_("Open a personal file in an emergency"),
        submit=_("Open for three hours"),
        intro=_(
            "Your grants do not reach this person. In an emergency you may open the file for three hours."
        ),
        grave=True,
    )


@require_safe
def emergencies_listed(request: HttpRequest) -> HttpResponse:
    rows = list(emergencies())
    keys = {int(row.object_id) for row in rows if row.object_type == FILE}
    names = dict(reach.people(reader(request), "people.view").filter(pk__in=keys).values_list("pk", "name"))
    entries = [(row, names.get(int(row.object_id), "") if row.object_type == FILE else "") for row in rows]
    return render(request, "accounts/emergencies.html", {"entries": entries})
