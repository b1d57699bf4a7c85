"""Days as pages and forms take them: those on which a clinic may have worked, or will."""

from __future__ import annotations

from datetime import date
from typing import Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.utils import formats

FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)
PICKER: Final = {"type": "date"}


class DayField(forms.DateField):
    """As the browser's own picker writes it; never so far away that no clock can tell its hours."""

    def __init__(self, label: object, *, required: bool = True) -> None:
        widget = forms.DateInput(attrs=PICKER, format="%Y-%m-%d")
        bounds = [MinValueValidator(FIRST), MaxValueValidator(LAST)]
        super().__init__(label=label, required=required, widget=widget, validators=bounds)


def with_weekday(day: date) -> str:
    """Where someone must come: as the country of the language writes it."""
    return f"{formats.date_format(day, 'l')} {formats.date_format(day, 'DATE_FORMAT')}"


def read(text: str) -> date | None:
    """From an address; None for what is no such day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def asked(request: HttpRequest) -> date:
    """`on` in the address; today by the clinic's clock where it says none."""
    return read(request.GET.get("on", "")) or request.clinic.day_of()
