"""A Typst page with its data, as PDF. Text goes in as data, never as code; nothing of the machine is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import typst
from django.http import HttpResponse
from django.utils import formats, timezone

CLINIC = Path(__file__).parent


def moment(value: datetime | None) -> str:
    """Day, hour and minute where the clinic is, as papers write them."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    return f"{formats.date_format(local, 'DATE_FORMAT')}, {local:%H:%M}"


def pdf(template: Path, data: Mapping[str, object]) -> bytes:
    """`template`: below the clinic. Fonts are those that Typst carries, and nothing is fetched."""
    made = typst.compile(
        template,
        root=CLINIC,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, default=str)},
    )
    return bytes(made)


def answer(made: bytes, name: str) -> HttpResponse:
    """A paper of this name, shown in the browser."""
    shown = HttpResponse(made, content_type="application/pdf")
    shown["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return shown
