"""The list of a recall as it is worked off: who is shown, and how many there are of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal.clinic.safety.models import ENDED, GIVEN_UP, REFUSED, Reach, Recall

SHOWN: Final[Mapping[str, tuple[Promise, frozenset[str]]]] = {
    "": (_("Everybody"), frozenset(("untried", "tried", *ENDED, "told"))),
    "left": (_("Still to be told"), frozenset(("untried", "tried"))),
    "untried": (_("Not tried yet"), frozenset(("untried",))),
    "told": (_("Told"), frozenset(("told",))),
    REFUSED: (_("Unwilling"), frozenset((REFUSED,))),
    GIVEN_UP: (_("Given up"), frozenset((GIVEN_UP,))),
}
"""By the name in the address: its words, and the states of those who are shown."""


class WorkList:
    """Three queries: the people, their tries, and who was told in an earlier recall of the same lot."""

    def __init__(self, recall: Recall, show: str) -> None:
        self.recall, self.show = recall, self.named(show)
        rows = recall.people.select_related("patient").prefetch_related("attempts__made_by")
        self.people = list(rows.order_by("pk"))  # whoever is told by now stays in their place
        earlier = self._earlier()
        for one in self.people:
            one.told_before = earlier[one.patient_id]
        self._states = Counter(one.state for one in self.people)

    @staticmethod
    def named(show: str) -> str:
        """Everybody where the address asks for what there is not."""
        return show if show in SHOWN else ""

    @property
    def shown(self) -> list[Reach]:
        return [one for one in self.people if one.state in SHOWN[self.show][1]]

    @property
    def choices(self) -> list[tuple[str, Promise, int]]:
        """Those that hold anybody, and the one that is shown."""
        counted = [
            (name, words, sum(self._states[each] for each in of)) for name, (words, of) in SHOWN.items()
        ]
        return [row for row in counted if row[2] or row[0] in ("", self.show)]

    def place_of(self, reach: int) -> str:
        """Where the page goes on after this row: the row itself; where it is no longer among those that are shown, the
        next one."""
        shown = [one.pk for one in self.shown]
        following = [one.pk for one in self.people if one.pk >= reach and one.pk in shown]
        return f"person-{min(following)}" if following else "people"

    def _earlier(self) -> dict[int, list[Reach]]:
        """By patient: whoever was told in an earlier recall of the same lot."""
        found: dict[int, list[Reach]] = defaultdict(list)
        if self.recall.lot_id is None:
            return found
        earlier = Reach.objects.filter(
            recall__lot=self.recall.lot_id, recall__is_drill=False, recall__closed_at__lte=self.recall.opened_at,
            settled_at__isnull=False, patient__in=self.recall.people.order_by().values("patient"),
        )  # fmt: skip
        for one in earlier.order_by("pk"):
            found[one.patient_id].append(one)
        return found
