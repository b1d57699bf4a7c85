"""How far a recall has come: in one query for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from wheal.clinic.safety.models import GIVEN_UP, REFUSED, SETTLED, Reach, Recall


@dataclass(frozen=True, slots=True)
class Progress:
    recall: Recall
    people: int
    settled: int
    untried: int
    given_up: int
    refused: int
    joined: int
    last: datetime | None

    @property
    def left(self) -> int:
        return self.people - self.settled - self.given_up - self.refused

    @property
    def share(self) -> int:
        """Of a hundred; nobody to reach is all reached."""
        return 100 * self.settled // self.people if self.people else 100


def with_progress(recalls: QuerySet[Recall]) -> list[Progress]:
    counted = recalls.select_related("lot__product", "opened_by", "closed_by").annotate(
        people_count=Count("people"),
        settled_count=Count("people", filter=Q(people__status__in=SETTLED)),
        untried_count=Count("people", filter=Q(people__status="")),
        refused_count=Count("people", filter=Q(people__status=REFUSED)),
        given_up_count=Count("people", filter=Q(people__status=GIVEN_UP, people__settled_at=None)),
        joined_count=Count("people", filter=Q(people__joined_at__isnull=False)),
        last_settled=Max("people__settled_at"),
    )
    return [
        Progress(
            each, each.people_count, each.settled_count, each.untried_count, each.given_up_count,
            each.refused_count, each.joined_count, each.last_settled,
        )
        for each in counted
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Times:
    """How long after the opening; None where it has not come to that."""

    first_try: datetime | None
    half_told: datetime | None
    all_told: datetime | None


def times(recall: Recall, people: Sequence[Reach]) -> Times:
    """`people` with their attempts."""
    tries = sorted(each.made_at for one in people for each in one.attempts.all())
    told = sorted(one.settled_at for one in people if one.settled_at and one.state == "told")
    half = (len(people) + 1) // 2
    return Times(
        first_try=tries[0] if tries else None,
        half_told=told[half - 1] if people and len(told) >= half else None,
        all_told=told[-1] if people and len(told) == len(people) else None,
    )
