"""`wheal manage wall up|down`: policies around each clinic's patients, on PostgreSQL, by the owner of the tables."""

from __future__ import annotations

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction

from wheal.clinic.audit import wall


class Command(BaseCommand):
    help = "A second wall around each clinic's patients, held by PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("do", choices=("up", "down"))

    @transaction.atomic
    def handle(self, *args: object, **options: object) -> None:
        try:
            tables = wall.up() if options["do"] == "up" else wall.down() or []
        except wall.NoWall as problem:
            raise CommandError(
                "SQLite has no such policies; a group is better served by PostgreSQL"
            ) from problem
        self.stdout.write(f"{len(tables)} tables stand behind the wall: {', '.join(tables) or 'none'}")
