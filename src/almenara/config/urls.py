from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from almenara.accounts.views import demo
from almenara.config.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("api/v1/", include("almenara.accounts.api_urls")),
]
if settings.DEMO:
    urlpatterns += i18n_patterns(path("demo/", demo.sign_in, name="demo"), prefix_default_language=True)

urlpatterns += i18n_patterns(
    path("account/oidc/", include("almenara.accounts.provider_urls")),
    path("account/", include("allauth.urls")),
    path("account/", include("almenara.accounts.urls")),
    path("agreements/", include("almenara.agreements.urls")),
    path("audit/", include("almenara.audit.urls")),
    path("content/", include("almenara.content.urls")),
    path("styleguide/", include("almenara.design.urls")),
    prefix_default_language=True,
)
if find_spec("almenara.observatory.urls"):
    urlpatterns += [path("", include("almenara.observatory.root_urls"))]
    urlpatterns += i18n_patterns(path("", include("almenara.observatory.urls")), prefix_default_language=True)

handler404 = "almenara.observatory.views.errors.not_found"
handler500 = "almenara.observatory.views.errors.server_error"
