"""`wheal manage --data DIR guards`: triggers that keep fixed rows as they are, put back where they are gone."""

from __future__ import annotations

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError

from wheal.clinic.audit import actions


class Command(BaseCommand):
    help = "Put back the triggers that keep fixed rows as they are, as the owner of the tables."

    def handle(self, *args: object, **options: object) -> None:
        try:
            made = actions.put_guards_back()
        except DatabaseError as problem:
            told = str(problem).strip().splitlines()[0]
            raise CommandError(
                f"nothing was put back: {told}. On PostgreSQL it takes the owner of the tables."
            ) from problem
        if not made:
            self.stdout.write("No trigger is missing.")
            return
        for name in made:
            self.stdout.write(f"{name} is back.")
        self.stdout.write(
            f"{len(made)} triggers are back. Rows may have been altered while they were gone: run wheal verify, "
            "which reads everything, and ask who took them away."
        )
