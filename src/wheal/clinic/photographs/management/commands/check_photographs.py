"""`wheal manage check_photographs`: is every encrypted file that a row names there, whole, and what was kept?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wheal.clinic import vault, vault_keys, vault_rows
from wheal.clinic.photographs import checking, files


class Command(BaseCommand):
    help = "Read every file of every photograph, report, leaflet and link, and name those that are missing or damaged."

    def handle(self, *args: Any, **options: Any) -> None:
        for row in files.remove_left_over():
            self.stdout.write(f"photograph {row.pk} was deleted; a file of it was left, and is removed now")
        counts = {model: vault_rows.kept(model).count() for model in vault_rows.models()}
        if not any(counts.values()):
            self.stdout.write("no encrypted file is kept")
            return
        try:
            held = vault.as_it_is()
        except vault_keys.KeyMissing as missing:
            raise CommandError(
                f"{missing}. Until then none of {vault_rows.counted(counts)} can be opened."
            ) from missing
        found = checking.every_damaged(held)
        for row, problem in found:
            self.stdout.write(f"{vault_rows.words(row)}{vault_rows.whose(row)}: {problem}")
        if found:
            raise CommandError(f"the files of {len(found)} are missing or damaged. Restore them.")
        self.stdout.write(f"whole: {vault_rows.counted(counts)}")
