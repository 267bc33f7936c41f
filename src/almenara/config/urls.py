from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from almenara.config.health import health

urlpatterns: list[URLPattern | URLResolver] = [path("health", health, name="health")]

urlpatterns += i18n_patterns(
    path("account/", include("allauth.urls")),
    path("account/", include("almenara.accounts.urls")),
    prefix_default_language=True,
)
if find_spec("almenara.observatory.urls"):
    urlpatterns += [path("", include("almenara.observatory.root_urls"))]
    urlpatterns += i18n_patterns(path("", include("almenara.observatory.urls")), prefix_default_language=True)

handler404 = "almenara.observatory.views.errors.not_found"
handler500 = "almenara.observatory.views.errors.server_error"
