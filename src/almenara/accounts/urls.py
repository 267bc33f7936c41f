"""Addresses of the signed-in part, under a language."""

from django.urls import path

from almenara.accounts.views import home

app_name = "accounts"

urlpatterns = [path("", home.home, name="home")]
