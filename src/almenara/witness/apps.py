from django.apps import AppConfig


class WitnessConfig(AppConfig):
    name = "almenara.witness"
