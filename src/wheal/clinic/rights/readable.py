"""One person's whole record in words, in their language: every table of `whole`, each row with its columns.

It is made from the same rows as record.json, so that neither tells more than the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db.models import BinaryField, Model
from django.template.loader import render_to_string

from wheal.clinic.patients.audit_words import EVENTS
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import User
from wheal.clinic.rights.labels import LABELS
from wheal.clinic.rights.meanings import Meanings
from wheal.clinic.rights.sections import SECTIONS
from wheal.knowledge import Knowledge

Row = Mapping[str, object]
FOR_MACHINES = frozenset(
    {
        # the version of a row, and what proves that it is unchanged
        "id", "draft_version", "version", "digest", "record_digest", "knowledge_version", "knowledge_digest", "sha256",
        # of a file that is given beside it
        "key", "width", "height", "size", "framing", "picture",
        # lines of a drawing, which the papers of the session show
        "ruler", "outline", "body_shape", "x", "y",
        # what the papers of the session tell in words
        "judgement", "document", "names", "code",
        # whose record it is
        "patient",
        # other people's reactions, by number
        "cases", "suspects",
    }
)  # fmt: skip
"""Columns that stand in record.json alone."""


@dataclass(frozen=True, slots=True)
class Entry:
    anchor: str
    number: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    entries: tuple[Entry, ...]


def is_told(model: type[Model], column: str) -> bool:
    return column not in FOR_MACHINES and not isinstance(model._meta.get_field(column), BinaryField)


def in_words(
    patient: Patient,
    records: Mapping[str, Mapping[str, Row]],
    audit: list[Row],
    known: Knowledge,
    language: str,
) -> str:
    """HTML without a script or anything fetched, for any browser."""
    people = {row.pk: row.shown_name for row in User.objects.filter(pk__in=_people(records))}
    meanings = Meanings(known, language, ZoneInfo(patient.clinic.time_zone), people, records)
    held = [_section(table, records[table], meanings) for table in _in_order(records)]
    page = {
        "patient": patient,
        "language": language,
        "sections": held,
        "empty": [str(title) for table, title in SECTIONS.items() if table not in records],
        "audit": [
            (
                meanings.moment(str(each["at"])),
                EVENTS.get(str(each["what"]), each["what"]),
                each["by"],
                each["refused"],
            )
            for each in audit
        ],
    }
    return render_to_string("rights/record.html", page)


def _in_order(records: Mapping[str, object]) -> Iterator[str]:
    yield from (table for table in SECTIONS if table in records)
    yield from (table for table in records if table not in SECTIONS)


def _section(table: str, rows: Mapping[str, Row], meanings: Meanings) -> Section:
    model = apps.get_model(table)
    entries = (_entry(table, model, number, row, meanings) for number, row in rows.items())
    return Section(str(SECTIONS.get(table, table)), tuple(entries))


def _entry(table: str, model: type[Model], number: str, row: Row, meanings: Meanings) -> Entry:
    told = [(column, value) for column, value in row.items() if is_told(model, column)]
    said = ((column, meanings.said(model, column, value)) for column, value in told)
    lines = tuple((str(LABELS.get(column, column)), words) for column, words in said if words)
    return Entry(f"{table}-{number}", number, lines)


def _people(records: Mapping[str, Mapping[str, Row]]) -> set[int]:
    found: set[int] = set()
    for table, rows in records.items():
        fields = [each for each in apps.get_model(table)._meta.fields if each.related_model is User]
        for row in rows.values():
            found |= {held["id"] for each in fields if isinstance(held := row.get(each.name), dict)}
    return found
