"""Addresses of the auditors' pages, under a language."""

from django.urls import path

from almenara.audit.views import exports, holds, log

app_name = "audit"

urlpatterns = [
    path("", log.entries, name="entries"),
    path("seals/", log.seals, name="seals"),
    path("export/", exports.export, name="export"),
    path("holds/", holds.listed, name="holds"),
    path("holds/new/", holds.place, name="hold-place"),
    path("holds/<int:key>/lift/", holds.lift, name="hold-lift"),
    path("export/<uuid:public_id>/", exports.download, name="download"),
]
