from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "almenara.places"
