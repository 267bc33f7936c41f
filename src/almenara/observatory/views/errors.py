from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "observatory/pages/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Reads nothing from the database: it may be what failed."""
    return render(request, "observatory/pages/500.html", status=500)
