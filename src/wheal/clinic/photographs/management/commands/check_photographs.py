"""`wheal manage check_photographs`: is every file of every photograph there, whole, and what was kept?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wheal.clinic import vault, vault_keys
from wheal.clinic.photographs import checking, files
from wheal.clinic.photographs.models import Photograph


class Command(BaseCommand):
    help = "Read every file of every photograph and name those that are missing or damaged."

    def handle(self, *args: Any, **options: Any) -> None:
        for row in files.remove_left_over():
            self.stdout.write(f"photograph {row.pk} was deleted; a file of it was left, and is removed now")
        kept = Photograph.objects.kept()
        if not kept.exists():
            self.stdout.write("no photograph is kept")
            return
        try:
            held = vault.as_it_is()
        except vault_keys.KeyMissing as missing:
            raise CommandError(
                f"{missing}. Until then none of {kept.count()} photographs can be opened."
            ) from missing
        found = list(checking.damaged(kept.select_related("patient").iterator(chunk_size=100), held))
        for row, problem in found:
            self.stdout.write(f"photograph {row.pk} of patient {row.patient.number}: {problem}")
        if found:
            raise CommandError(f"{len(found)} photographs are missing or damaged. Restore their files.")
        self.stdout.write(f"whole: {kept.count()} photographs")
