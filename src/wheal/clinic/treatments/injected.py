"""Which mixes and sessions were signed and not injected after all, as amendments say."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from wheal.clinic.treatments.models import Amendment, Mix, Session


class NotInjected(NamedTuple):
    mixes: frozenset[int]
    sessions: frozenset[int]  # in which nothing at all was injected


def not_injected(signed: QuerySet[Session]) -> NotInjected:
    """A mix of which the last amendment of its volume says 0 mL. Of a session in which there is one, a mix without
    points was not injected either: it was thrown away. Where no amendment says so, no session is taken for untreated.
    Two queries."""
    said = Amendment.objects.of_volumes().filter(session__in=signed)
    really = dict(said.values_list("mix", "injected_ml"))
    if not (none := {mix for mix, volume in really.items() if not volume}):
        return NotInjected(frozenset(), frozenset())
    sessions = Mix.objects.filter(pk__in=none).values("session")
    drawn = Mix.objects.filter(session__in=sessions).order_by()
    points = drawn.annotate(points=Sum("passes__count", filter=Q(passes__count__gt=0)))
    by_session: dict[int, set[int]] = defaultdict(set)
    for mix, session, count in points.values_list("pk", "session", "points"):
        by_session[session].add(mix)
        if not count and mix not in really:
            none.add(mix)
    return NotInjected(
        frozenset(none), frozenset(session for session, mixes in by_session.items() if mixes <= none)
    )
