from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "almenara.audit"
