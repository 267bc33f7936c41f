"""Addresses for institutions' systems, without a language."""

from django.urls import path

from almenara.accounts.views import services

app_name = "accounts-api"

urlpatterns = [path("whoami", services.whoami, name="whoami")]
