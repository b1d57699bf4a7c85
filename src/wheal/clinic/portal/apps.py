from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "wheal.clinic.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
