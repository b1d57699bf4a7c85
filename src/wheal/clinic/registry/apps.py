from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "wheal.clinic.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
