from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    name = "wheal.clinic.treatments"
    label = "treatments"
    default_auto_field = "django.db.models.BigAutoField"
