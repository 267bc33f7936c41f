"""One-click sign-in as each role, in a demonstration and nowhere else: its address exists only there."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from almenara.accounts.models import Role, User
from almenara.accounts.role_names import ROLE_NAMES
from almenara.accounts.simulated import DOMAIN

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Whom one can be; and, by POST, being them."""
    if not settings.DEMO:
        raise Http404
    if request.method == "GET":
        return render(request, "accounts/demo.html", {"people": simulated_people()})
    person = get_object_or_404(User, pk=request.POST.get("person"), simulated=True, is_active=True)
    login(request, person, BACKEND)
    record_authentication(request, person, method="demo")
    return HttpResponseRedirect(reverse("accounts:home"))


def simulated_people() -> list[tuple[User, str]]:
    """Each with the role's name, in the order of the roles. The address carries it: a stranger sees no grants."""
    order = list(Role.objects.values_list("code", flat=True))
    found = User.objects.filter(simulated=True, is_active=True, email__endswith=f"@{DOMAIN}")
    people = [(person, person.email.partition("@")[0].rpartition("-")[0]) for person in found]
    people.sort(key=lambda pair: (order.index(pair[1]), pair[0].pk))
    return [(person, str(ROLE_NAMES[code])) for person, code in people]
