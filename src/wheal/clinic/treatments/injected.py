"""Which mixes and sessions were signed and not injected after all, as amendments say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from wheal.clinic.treatments.models import Amendment, Mix, Pass, Session


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


def volumes_said(amendments: Iterable[Amendment]) -> dict[int, Amendment]:
    """By mix the amendment of its volume that holds; `amendments` in the order in which they were made."""
    return {
        each.mix_id: each for each in amendments if each.mix_id is not None and each.injected_ml is not None
    }


def none_injected(passes: Iterable[Pass], said: Mapping[int, Amendment]) -> bool:
    """The same rule of one session that is at hand: nothing at all was injected in it, as an amendment says."""
    laid = {each.mix_id for each in passes if each.count}
    volumes: list[Decimal | None] = [each.injected_ml for each in said.values()]
    return bool(said) and not any(volumes) and laid <= said.keys()
