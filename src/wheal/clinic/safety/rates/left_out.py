"""Reactions that began in the days asked for and stand in no line of a table, by why. Two reads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.rates.counting import PATHS, Asked, injected, kinds_of, signed_in
from wheal.clinic.safety.reactions.models import COUNTED_FROM, Reaction, Tie
from wheal.clinic.treatments.injected import not_injected

WHYS = ("tied_to_none", "not_signed", "not_injected", "names_none", "other_days")
"""Tied to no session; to none that is signed; nothing was injected there after all, as an amendment says; the sessions
name nothing of what is counted by; to sessions of other days than those asked for."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """`by_why`: only what there is any of, in the order of WHYS."""

    of: int  # all that began in these days
    by_why: dict[str, list[Reaction]]

    @property
    def many(self) -> int:
        return sum(map(len, self.by_why.values()))


def left_out(clinic: Clinic, asked: Asked) -> LeftOut:
    began = Reaction.objects.standing().alias(began=COUNTED_FROM)
    rows = began.filter(clinic=clinic, began__range=(asked.since, asked.until))
    if kinds := kinds_of(asked.kind):
        rows = rows.filter(kind__in=kinds)
    found: dict[str, list[Reaction]] = defaultdict(list)
    held = list(_told(rows, clinic, asked).select_related("patient").order_by("-began", "-pk"))
    for reaction in held:
        if why := why_of(reaction):
            found[why].append(reaction)
    return LeftOut(len(held), {why: found[why] for why in WHYS if found[why]})


def _told(rows: QuerySet[Reaction], clinic: Clinic, asked: Asked) -> QuerySet[Reaction]:
    ties = Tie.objects.filter(reaction=OuterRef("pk"), taken_back_at=None)
    signed = signed_in(clinic, asked)
    here = ties.filter(session__in=signed)
    was_injected = injected(here, asked.by, not_injected(signed), "session__")
    return rows.annotate(
        is_tied=Exists(ties),
        is_signed=Exists(ties.filter(session__signed_at__isnull=False)),
        is_here=Exists(here),
        is_injected=Exists(was_injected),
        is_named=Exists(was_injected.exclude(**{f"session__{PATHS[asked.by][0]}": None})),
    )


def why_of(reaction: Reaction) -> str:
    stands = (
        reaction.is_tied,
        reaction.is_signed,
        reaction.is_injected or not reaction.is_here,
        reaction.is_named or not reaction.is_here,
        reaction.is_here,
    )
    return next((why for why, holds in zip(WHYS, stands, strict=True) if not holds), "")
