"""`wheal verify --data DIR`: is everything that was fixed still as it was?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from wheal.clinic.audit import checking, checkpoints


class Command(BaseCommand):
    help = "Read the audit and every fixed row against their digests. Exit status 1 where one differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help="what came after the last checkpoint")
        parser.add_argument("--only-look", action="store_true", help="note no checkpoint")
        parser.add_argument("--accept", default="", metavar="WHY", help="a clock set back, checkpoints lost")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = {"new_only": options["new"], "look": options["only_look"], "accepted": options["accept"]}
        try:
            found = checking.check(settings.DATA, **chosen)
        except checkpoints.CheckpointDamaged as damaged:
            raise CommandError(str(damaged)) from damaged
        except DatabaseError as problem:
            told = str(problem).strip().splitlines()[0]
            raise CommandError(
                f"the database cannot be read: {told}. wheal doctor says what mends it."
            ) from problem
        for wrong in found.wrong:
            self.stdout.write(str(wrong))
        if found.wrong:
            raise CommandError(f"{len(found.wrong)} found wrong in {found}")
        self.stdout.write(f"whole: {found}")
        if found.read.events and not found.noted and not options["only_look"]:
            self.stdout.write(checking.NONE_YET)
