"""Everything that a clinic keeps, in open formats, as one ZIP file that is written while it is read.

Each table as JSON Lines and as CSV, a description of every column, photographs and leaflets opened, the papers of what
was signed, and the SHA-256 of each file. Nothing of it touches the disk of the server unencrypted.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import sha256

from django.db.models import Model
from django.utils import timezone, translation

from wheal import __version__, knowledge
from wheal.clinic import vault
from wheal.clinic.people.models import Clinic
from wheal.clinic.photographs import files
from wheal.clinic.photographs.models import Photograph
from wheal.clinic.rights import tables
from wheal.clinic.safety.models import ReportPhotograph
from wheal.clinic.safety.reporting import photographs as reported
from wheal.clinic.spreadsheets import safe
from wheal.clinic.stock.models import Product
from wheal.clinic.stock.models.products import LABEL
from wheal.clinic.treatments import papers
from wheal.clinic.treatments.chart import read_chart, readable
from wheal.clinic.treatments.models import Session

FORMAT = 1
Told = Callable[[str], None]
READ_ME = """Everything that {clinic} kept with Wheal {version}, as of {at}.

tables/APP.TABLE.jsonl   one row a line, as JSON: amounts and moments as text, moments in UTC
tables/APP.TABLE.csv     the same for a spreadsheet; a cell that it would calculate begins with an apostrophe
schema.json              what each table and column is, and which row a number points to
photographs/             as they were taken; report-N.jpg came with a patient's report
leaflets/                of products, as they were kept
sessions/N.pdf           the paper of each signed session (where it was asked for)
SHA256SUMS               of every file before it: sha256sum -c SHA256SUMS

Passwords, keys and whatever else opens a door are not in it. It is not encrypted: whoever holds it reads everything.
"""


def stream(clinic: Clinic | None, *, with_papers: bool, told: Told = lambda _name: None) -> Iterator[bytes]:
    """The ZIP file, piece by piece. `told` hears the name of each file that is begun."""
    sink, sums = _Sink(), []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in _files(clinic, with_papers):
            told(name)
            digest = sha256()
            with archive.open(name, "w", force_zip64=True) as file:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
                    yield sink.drained()
            sums.append(f"{digest.hexdigest()}  {name}\n")
        archive.writestr("SHA256SUMS", "".join(sums))
    yield sink.drained()


class _Sink(io.RawIOBase):
    """Where the ZIP file is written to; what was written is taken away before more comes."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._held += data
        return len(data)

    def drained(self) -> bytes:
        given = bytes(self._held)
        self._held.clear()
        return given


def _files(clinic: Clinic | None, with_papers: bool) -> Iterator[tuple[str, Iterable[bytes]]]:
    said = {"clinic": clinic or "every clinic of this server", "version": __version__, "at": timezone.now()}
    yield "READ-ME.txt", [READ_ME.format(**said).encode()]
    whole = {"format": FORMAT, "made_by": f"Wheal {__version__}", "tables": tables.schema()}
    yield "schema.json", [json.dumps(whole, ensure_ascii=False, indent=1).encode()]
    for model in tables.models():
        yield f"tables/{model._meta.label_lower}.jsonl", _lines(model, clinic)
        yield f"tables/{model._meta.label_lower}.csv", _cells(model, clinic)
    yield from _pictures(clinic)
    if with_papers:
        yield from _papers(clinic)


def _lines(model: type[Model], clinic: Clinic | None) -> Iterator[bytes]:
    for row in tables.told(model, clinic):
        yield json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n"


def _cells(model: type[Model], clinic: Clinic | None) -> Iterator[bytes]:
    out = io.StringIO()
    write = csv.writer(out).writerow
    write([field.attname for field in tables.columns(model)])
    for row in tables.told(model, clinic):
        write([safe(_cell(value)) for value in row.values()])
        if out.tell() > 1 << 16:
            yield _taken(out)
    yield _taken(out)


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict | bool) else value


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


def _pictures(clinic: Clinic | None) -> Iterator[tuple[str, Iterable[bytes]]]:
    for taken in tables.rows(Photograph, clinic).filter(deleted_at=None):
        yield _opened(f"photographs/{taken.pk}.jpg", partial(files.original, taken))
    for sent in reported.kept_of(tables.rows(ReportPhotograph, clinic)).select_related("report"):
        yield _opened(f"photographs/report-{sent.pk}.jpg", partial(reported.content, sent, "picture"))
    for product in tables.rows(Product, clinic).exclude(label_file=""):
        yield _opened(
            f"leaflets/{product.pk}", partial(vault.current().read, product.label_file, about=LABEL)
        )


def _opened(name: str, read: Callable[[], bytes]) -> tuple[str, Iterable[bytes]]:
    """A file that is lost or damaged does not keep the rest back; the export says so in its place."""
    try:
        return name, [read()]
    except (vault.NotKept, vault.Damaged) as problem:
        return f"{name}.not-read.txt", [f"This file could not be opened: {problem}\n".encode()]


def _papers(clinic: Clinic | None) -> Iterator[tuple[str, Iterable[bytes]]]:
    known = knowledge.current()
    signed = tables.rows(Session, clinic).filter(signed_at__isnull=False)
    for pk in signed.values_list("pk", flat=True):
        session = (
            readable(Session.objects.filter(pk=pk)).defer(None).select_related("practitioner", "clinic").get()
        )
        language = session.clinic.language
        with translation.override(language), timezone.override(session.clinic.time_zone):
            amended = session.amendments.select_related("made_by")
            paper = papers.record_pdf(read_chart(session), session, amended, known, language)
        yield f"sessions/{pk}.pdf", [paper]
