from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Where a person arrives after signing in: what they may do, and what waits for them."""
    return render(request, "accounts/home.html")
