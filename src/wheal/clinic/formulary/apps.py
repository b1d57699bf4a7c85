from django.apps import AppConfig


class FormularyConfig(AppConfig):
    name = "wheal.clinic.formulary"
    label = "formulary"
