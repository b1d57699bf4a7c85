"""`wheal verify --data DIR`: is everything that was fixed still as it was?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wheal.clinic.audit import checkpoints
from wheal.clinic.audit.verifying import verify


class Command(BaseCommand):
    help = "Read the audit and every fixed row against their digests. Exit status 1 where one differs."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            seals = checkpoints.seals(settings.DATA)
        except checkpoints.CheckpointDamaged as damaged:
            raise CommandError(str(damaged)) from damaged
        read = verify(seals)
        for broken in read.broken:
            self.stdout.write(str(broken))
        told = f"{read.events} events of the audit, {read.rows} fixed rows, {len(seals)} signed checkpoints"
        if read.broken:
            raise CommandError(f"{len(read.broken)} found wrong in {told}")
        if read.events:
            checkpoints.note(settings.DATA, event=read.last_id, seal=read.last, events=read.events)
        self.stdout.write(f"whole: {told}")
