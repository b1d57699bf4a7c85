"""The release that everybody reads: one file beside the store, so that a request without a log-in computes nothing."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from pydantic import ValidationError

from wheal.measures.releasing import AS_JSON, Release


def place() -> Path:
    return settings.DATA / "registry" / "public.json"


def current() -> Release | None:
    """None before the first, and of a form that this version does not read: the next night makes it anew."""
    try:
        return AS_JSON.validate_json(place().read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def where() -> str:
    """The page that tells everybody what the clinics of this site count with others; empty while there is none."""
    if settings.REGISTRY:
        return f"{settings.REGISTRY.rstrip('/')}/registry/public/"
    return "/registry/public/" if place().is_file() else ""
