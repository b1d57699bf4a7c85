"""Parts of the addresses: names of kinds and ids, as FHIR allows them."""

from django.urls.converters import StringConverter


class Rest(StringConverter):
    regex = r"(?s:.+)"  # with ends of lines in it too: whoever asks is told in JSON that there is nothing


class Kind(StringConverter):
    regex = "[A-Z][A-Za-z]{1,40}"


class Identity(StringConverter):
    regex = r"[A-Za-z0-9\-.]{1,64}"
