from django.apps import AppConfig


class PreparingConfig(AppConfig):
    name = "wheal.clinic.preparing"
    label = "preparing"
    default_auto_field = "django.db.models.BigAutoField"
