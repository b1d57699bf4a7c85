"""`wheal rejudge --data DIR [SESSION…|--all]`: does each signed decision come out again?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wheal.clinic.treatments.models import Session
from wheal.clinic.treatments.rejudging import Replay


class Command(BaseCommand):
    help = "Judge signed sessions again with the knowledge archived at their signing. Exit status 1 where one differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "sessions", nargs="*", type=int, metavar="SESSION", help="numbers of signed sessions"
        )
        parser.add_argument("--all", action="store_true", help="every signed session")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = self._wanted(options["sessions"], everything=options["all"])
        replay = Replay()
        differing = [pk for pk in wanted if self._told(pk, replay.differences(pk))]
        if differing:
            raise CommandError(
                f"{len(differing)} of {len(wanted)} sessions do not come out as they were signed"
            )
        self.stdout.write(f"{len(wanted)} of {len(wanted)} sessions come out as they were signed")

    def _wanted(self, asked: list[int], *, everything: bool) -> list[int]:
        if everything == bool(asked):
            raise CommandError("name the sessions, or say --all")
        signed = list(
            Session.objects.filter(signed_at__isnull=False).order_by("pk").values_list("pk", flat=True)
        )
        if missing := set(asked) - set(signed):
            raise CommandError(f"not signed, or not there: {', '.join(map(str, sorted(missing)))}")
        return signed if everything else sorted(set(asked))

    def _told(self, pk: int, differences: list[str]) -> bool:
        for each in differences:
            self.stdout.write(f"session {pk}: {each}")
        if not differences:
            self.stdout.write(f"session {pk}: the same")
        return bool(differences)
