from django.apps import AppConfig


class FollowUpConfig(AppConfig):
    name = "wheal.clinic.followup"
    label = "followup"
    default_auto_field = "django.db.models.BigAutoField"
