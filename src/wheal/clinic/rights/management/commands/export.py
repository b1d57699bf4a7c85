"""`wheal export`: everything in open formats, read as of one moment, written while it is read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from wheal.clinic.people.models import Clinic
from wheal.clinic.rights import actions, everything
from wheal.clinic.transactions import one_moment


class Command(BaseCommand):
    help = "Everything that is kept, as JSON Lines, CSV, photographs and papers in one ZIP file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True)
        parser.add_argument("--clinic", type=int)
        parser.add_argument("--without-papers", action="store_true")

    def handle(self, *args: object, **options: object) -> None:
        """Whole under its name, or not there."""
        to = Path(str(options["to"]))
        try:
            clinic = self._clinic(options["clinic"])
        except DatabaseError as problem:
            raise CommandError(f"the record cannot be read: {problem}. `wheal doctor` says more") from problem
        if to.exists():
            raise CommandError(f"{to} is there already: nothing was written over it")
        part = to.with_name(f"{to.name}.part")
        try:
            size = self._write(part, clinic, with_papers=not options["without_papers"])
            part.rename(to)
        except OSError as problem:
            raise CommandError(
                f"{to} could not be written: {problem.strerror}. Nothing is left of it"
            ) from problem
        except DatabaseError as problem:
            raise CommandError(f"the record cannot be read: {problem}. `wheal doctor` says more") from problem
        finally:
            part.unlink(missing_ok=True)
        for each in [clinic] if clinic else Clinic.objects.all():
            actions.note_export(clinic=each, by=None)
        self.stdout.write(f"{to}: {size} bytes. It is not encrypted: whoever holds it reads everything.")

    def _write(self, part: Path, clinic: Clinic | None, *, with_papers: bool) -> int:
        try:
            file = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        except OSError as problem:
            raise CommandError(f"{part.parent} cannot be written to: {problem.strerror}") from problem
        with file, one_moment():
            for piece in everything.stream(clinic, with_papers=with_papers, told=self._tell):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
            return file.tell()

    def _tell(self, name: str) -> None:
        if name.endswith((".jsonl", "0.jpg", "0.pdf")) and sys.stderr.isatty():
            self.stderr.write(f"  {name}")

    def _clinic(self, pk: object) -> Clinic | None:
        if pk is None:
            return None
        if found := Clinic.objects.filter(pk=pk).first():
            return found
        known = ", ".join(f"{each.pk} {each.name}" for each in Clinic.objects.order_by("pk"))
        raise CommandError(f"there is no clinic {pk}; there are: {known}")
