"""The site's addresses as a demonstration has them."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from almenara.accounts.views import demo
from almenara.config.urls import handler404, handler500, urlpatterns

__all__ = ["handler404", "handler500", "urlpatterns"]
urlpatterns = [*i18n_patterns(path("demo/", demo.sign_in, name="demo")), *urlpatterns]
