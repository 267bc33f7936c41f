from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from almenara.content.public import crumbs
from almenara.observatory.presenters import texts


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "content/public/pages.html", {"pages": texts.pages()})


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    found = texts.page(slug)
    if found is None:
        raise Http404
    return render(request, "content/public/page.html", {"page": found, "crumbs": crumbs()})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "content/public/glossary.html", {"terms": texts.glossary(), "crumbs": crumbs()})
