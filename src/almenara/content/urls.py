"""Addresses of the desk of public texts, under a language."""

from django.urls import path

from almenara.content import views

app_name = "content"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("entries/", views.entries, name="entries"),
    path("new/<slug:kind>/", views.new, name="new"),
    path("entries/<int:key>/", views.edit, name="edit"),
    path("translate/<int:key>/", views.translate, name="translate"),
]
