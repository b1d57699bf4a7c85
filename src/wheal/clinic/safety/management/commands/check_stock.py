"""`wheal check-stock --data DIR`: do the books of the stock add up, and where not?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wheal.clinic.safety.checking_trace import discrepancies
from wheal.clinic.stock import telling
from wheal.clinic.stock.models import Lot, Movement


class Command(BaseCommand):
    help = "Hold what is in stock against every movement, to the microlitre. Exit status 1 where they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        found = telling.told(discrepancies())
        for lot, said in found:
            self.stdout.write(telling.sentence(lot, said))
        held = f"{Lot.objects.count()} lots, {Movement.objects.count()} movements"
        if found:
            raise CommandError(f"{len(found)} found wrong in {held}")
        self.stdout.write(f"the books add up: {held}")
