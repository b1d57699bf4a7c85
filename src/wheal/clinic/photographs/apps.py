from django.apps import AppConfig


class PhotographsConfig(AppConfig):
    name = "wheal.clinic.photographs"
    label = "photographs"
    default_auto_field = "django.db.models.BigAutoField"
