from django.apps import AppConfig


class BreakGlassConfig(AppConfig):
    name = "wheal.clinic.breakglass"
    label = "breakglass"
    default_auto_field = "django.db.models.BigAutoField"
