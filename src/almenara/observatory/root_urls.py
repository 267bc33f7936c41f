"""Addresses outside the languages: what machines ask for."""

from django.urls import path

from almenara.observatory.views import robots

urlpatterns = [
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", robots.sitemap, name="sitemap"),
]
