"""The desk of public texts: what is to be translated, side by side; and the originals."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from almenara.accounts.models import User
from almenara.accounts.presenters.filters import chips
from almenara.common.languages import language_name
from almenara.content import actions, presenters, queries
from almenara.content.forms import DeskFilter, EntryForm, TranslationForm
from almenara.content.kinds import FIELDS, Kind
from almenara.content.models import Entry, Text

REFUSED = 422


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    filters = queries.Filters.read(request.GET.dict())
    page = queries.listed(filters, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    form = DeskFilter(vars(filters), languages=presenters.languages(), states=presenters.states())
    context = {
        "form": form,
        "chips": chips(form),
        "rows": presenters.rows(page.rows),
        "page": page,
        "total": presenters.found_in_words(queries.found(filters).count()),
        "totals": presenters.totals(),
    }
    return render(request, "content/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def translate(request: HttpRequest, key: int) -> HttpResponse:
    text = get_object_or_404(Text.objects.translations(), pk=key)
    form = TranslationForm(text, request.POST if request.method == "POST" else None)
    if form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("words", "seen", "seen_original")}
        try:
            actions.translate(text=text, by=_asking(request), **asked)
        except actions.ChangedMeanwhileError:
            form.add_error(None, _meanwhile())
        else:
            messages.success(request, _("The translation is kept."))
            return redirect("content:desk")
    return _translation(request, text, form)


def _translation(request: HttpRequest, text: Text, form: TranslationForm) -> HttpResponse:
    context = {
        "text": text,
        "form": form,
        "side": presenters.side(text),
        "title": _("{field} in {language}").format(
            field=text.about.label, language=language_name(text.language)
        ),
        "state": presenters.state_word(text.state),  # type: ignore[attr-defined]
        "tag": presenters.TAGS[text.state],  # type: ignore[attr-defined]
    }
    return render(request, "content/translate.html", context, status=REFUSED if form.errors else 200)


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    page = queries.entries(after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {"page": page, "rows": presenters.listed(page.rows), "kinds": Kind.choices}
    return render(request, "content/entries.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in FIELDS:
        raise Http404
    entry = Entry(kind=kind, language=(get_language() or "es")[:2])
    form = EntryForm(entry, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.add(entry=form.filled(), words=form.words, by=_asking(request))
        messages.success(request, _("The entry is kept. Its translations now wait at the desk."))
        return redirect("content:entries")
    return _entry(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: int) -> HttpResponse:
    entry = get_object_or_404(Entry, pk=key)
    form = EntryForm(entry, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.change(entry=form.filled(), words=form.words, seen=form.seen, by=_asking(request))
        except actions.ChangedMeanwhileError:
            form.add_error(None, _meanwhile())
        else:
            messages.success(request, _("The entry is kept."))
            return redirect("content:entries")
    return _entry(request, form)


def _entry(request: HttpRequest, form: EntryForm) -> HttpResponse:
    context = {
        "form": form,
        "entry": form.entry,
        "language": language_name(form.entry.language),
        "filled_in": presenters.filled_in(),
    }
    return render(request, "content/entry.html", context, status=REFUSED if form.errors else 200)


def _meanwhile() -> str:
    return _(
        "Somebody changed this text while you were writing. What you wrote stands below: copy what you need, open the "
        "page anew and go on from what is there now."
    )


def _asking(request: HttpRequest) -> User:
    """The person who asks: the doorkeeper lets nobody else through."""
    if not isinstance(request.user, User):
        raise TypeError("A route of this app was declared for strangers.")
    return request.user
