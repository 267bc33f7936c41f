from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control

from almenara.observatory.presenters.sitemap import sitemap as present_sitemap


@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    address = request.build_absolute_uri(reverse("sitemap"))
    return HttpResponse(
        f"User-agent: *\nAllow: /\nSitemap: {address}\n", content_type="text/plain; charset=utf-8"
    )


@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    origin = request.build_absolute_uri("/").rstrip("/")
    return HttpResponse(present_sitemap(origin), content_type="application/xml")
