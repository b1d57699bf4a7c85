"""Tables for a spreadsheet. A cell that a spreadsheet would calculate begins with an apostrophe."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def answer(name: str, lines: Iterable[list[object]]) -> HttpResponse:
    """A file of this name, the lines separated by commas."""
    out = io.StringIO()
    out.write("\ufeff")  # without it some spreadsheets take accents for something else
    csv.writer(out).writerows([safe(cell) for cell in line] for line in lines)
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def safe(cell: object) -> str:
    """As text, and never as something that is calculated."""
    text = "" if cell is None else str(cell)
    is_number = text.lstrip("-").replace(".", "", 1).isdecimal()
    return f"'{text}" if text.startswith(FORMULA) and not is_number else text
