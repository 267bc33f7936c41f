"""What the views of this app have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from almenara.accounts.forms.base import DeskForm
from almenara.accounts.models import User

Form = TypeVar("Form", bound=DeskForm)
Wanted = TypeVar("Wanted")


def reader(request: HttpRequest) -> User:
    """Who is signed in; the doorkeeper lets nobody else here."""
    return cast(User, request.user)


def origin(request: HttpRequest) -> str:
    """Scheme and host of the site, for links in letters: as the operator names it, or else as the request does."""
    return settings.SITE_ORIGIN or request.build_absolute_uri("/").rstrip("/")


def looked_for(request: HttpRequest, kind: type[Wanted]) -> Wanted:
    """What the address asks a list for, by the names of the fields of a dataclass of texts."""
    query = request.GET
    texts = {field.name: query.get(field.name, "") for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: text.replace("\0", "") for name, text in texts.items()})  # PostgreSQL knows no NUL


def asked(
    request: HttpRequest,
    make: Callable[[Any], Form],
    act: Callable[[Form], HttpResponse | None],
    *,
    back: str,
    done: str = "",
    template: str = "accounts/form.html",
    **words: Any,
) -> HttpResponse:
    """A page with a form: shown, or, once it is filled in well, acted upon and left for `back`.

    act may answer something else instead. A rule that it meets (ValidationError) is shown at the head of the form.
    words: title, submit, and what else the template says.
    """
    form = make(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer = act(form)
        except ValidationError as refused:
            _note(form, refused)
        else:
            if done and answer is None:
                messages.success(request, done)
            return answer or redirect(back)
    return render(request, template, {"form": form, "back": back, **words})


def _note(form: DeskForm, refused: ValidationError) -> None:
    """Beside its field where the form has it, at the head otherwise."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for name, errors in refused.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
