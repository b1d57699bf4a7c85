"""Parts of the addresses: names of kinds and ids, as FHIR allows them."""

from django.urls.converters import StringConverter


class Kind(StringConverter):
    regex = "[A-Z][A-Za-z]{1,40}"


class Identity(StringConverter):
    regex = r"[A-Za-z0-9\-.]{1,64}"
