"""In place of allauth's addresses of the same names, before which these stand."""

from django.urls import path

from almenara.accounts.views import provider

urlpatterns = [
    path("<str:provider_id>/login/", provider.login, name="openid_connect_login"),
    path("<str:provider_id>/login/callback/", provider.callback, name="openid_connect_callback"),
]
