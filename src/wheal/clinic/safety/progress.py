"""How far a recall has come: in one query for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from wheal.clinic.safety.models import Recall


@dataclass(frozen=True, slots=True)
class Progress:
    recall: Recall
    people: int
    settled: int
    untried: int
    last: datetime | None

    @property
    def left(self) -> int:
        return self.people - self.settled

    @property
    def share(self) -> int:
        """Of a hundred; nobody to reach is all reached."""
        return 100 * self.settled // self.people if self.people else 100


def with_progress(recalls: QuerySet[Recall]) -> list[Progress]:
    counted = recalls.select_related("lot__product", "opened_by", "closed_by").annotate(
        people_count=Count("people"),
        settled_count=Count("people", filter=Q(people__settled_at__isnull=False)),
        untried_count=Count("people", filter=Q(people__status="")),
        last_settled=Max("people__settled_at"),
    )
    return [
        Progress(each, each.people_count, each.settled_count, each.untried_count, each.last_settled)
        for each in counted
    ]
