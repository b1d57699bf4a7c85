"""`wheal manage check_photographs`: is every file of every photograph there, whole, and what was kept?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wheal.clinic.photographs import files
from wheal.clinic.photographs.models import Photograph


class Command(BaseCommand):
    help = "Read every file of every photograph and name those that are missing or damaged."

    def handle(self, *args: Any, **options: Any) -> None:
        found = files.damaged()
        for row, problem in found:
            self.stdout.write(f"photograph {row.pk} of patient {row.patient.number}: {problem}")
        for row in files.remove_left_over():
            self.stdout.write(f"photograph {row.pk} was deleted; a file of it was left, and is removed now")
        if found:
            raise CommandError(f"{len(found)} photographs are missing or damaged. Restore their files.")
        self.stdout.write(f"whole: {Photograph.objects.kept().count()} photographs")
