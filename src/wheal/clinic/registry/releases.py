"""The release that everybody reads: one file beside the store, so that a request without a log-in computes nothing."""

from __future__ import annotations

from pathlib import Path

from django.urls import reverse
from pydantic import ValidationError

from wheal.clinic.registry.delivering import address, store
from wheal.measures.releasing import AS_JSON, Release


def place() -> Path:
    return store().folder / "public.json"


def current() -> Release | None:
    """None before the first, and of a form that this version does not read: the next night makes it anew."""
    try:
        return AS_JSON.validate_json(place().read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def where() -> str:
    """The page that tells everybody what the clinics of this site count with others; empty while there is none."""
    if there := address():
        return f"{there}/registry/public/"
    return reverse("registry:public") if place().is_file() else ""
