"""Tables for a spreadsheet. A cell that a spreadsheet would calculate begins with an apostrophe, and so does what would
become a cell of its own where the file is split at another sign than the one it was written with."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from decimal import Decimal

from django.http import HttpResponse

COMMA = frozenset({"fr"})
FORMULA = re.compile(r"""(^|[;,\t\r\n])(?=[\t\r\n"]*[=+\-@＝＋－＠])""")
BLANK = ("\t", "\r", "\n")


def answer(name: str, lines: Iterable[list[object]], *, as_read_in: str = "") -> HttpResponse:
    """A file of this name, the cells separated by commas. `as_read_in` a language whose decimal mark is the comma:
    amounts have it, and semicolons separate, so that a spreadsheet of there opens it in columns and adds it up."""
    out = io.StringIO()
    out.write("\ufeff")  # without it some spreadsheets take accents for something else
    if as_read_in[:2] in COMMA:
        csv.writer(out, delimiter=";").writerows([_with_comma(cell) for cell in line] for line in lines)
    else:
        csv.writer(out).writerows([safe(cell) for cell in line] for line in lines)
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _with_comma(cell: object) -> str:
    return safe(cell).replace(".", ",") if isinstance(cell, Decimal) else safe(cell)


def safe(cell: object) -> str:
    """As text, and never as something that is calculated."""
    text = "" if cell is None else str(cell)
    is_number = text.lstrip("-").replace(".", "", 1).isdecimal()
    if is_number:
        return text
    return FORMULA.sub(r"\1'", f"'{text}" if text.startswith(BLANK) else text)
