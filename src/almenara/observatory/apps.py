from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    name = "almenara.observatory"
