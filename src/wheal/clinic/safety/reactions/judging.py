"""The judgement of a reaction: how severe, how serious, caused by what, expected or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from wheal.clinic.audit import actions as audit
from wheal.clinic.people.models import User
from wheal.clinic.safety.reactions.actions import ReactionRefused
from wheal.clinic.safety.reactions.models import Assessment, Reaction
from wheal.clinic.treatments.models import MixComponent
from wheal.events import causality, expected, seriousness
from wheal.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class NewAssessment:
    grade: int | None = None
    serious: tuple[str, ...] = ()
    naranjo: Mapping[str, str] = field(default_factory=dict)
    who_umc: str = ""
    linked: str = Assessment.Linked.NOT_KNOWN
    note: str = ""


@transaction.atomic
def assess(*, reaction: Reaction, new: NewAssessment, by: User, known: Knowledge) -> Assessment:
    """Stands beside the earlier ones; the newest counts. Raises ReactionRefused.

    withdrawn, unknown_code, seriousness_contradicted.
    """
    reaction = (
        Reaction.objects.select_for_update(of=("self",))
        .select_related("clinic", "patient")
        .get(pk=reaction.pk)
    )
    if reaction.withdrawn_at:
        raise ReactionRefused("withdrawn")
    scored = _scored(new, known)
    unticked = seriousness.contradictions(grade=new.grade, course=reaction.course, criteria=new.serious)
    if seriousness.FATAL in unticked:  # grade 4 only suggests danger to life
        raise ReactionRefused("seriousness_contradicted", "serious")
    made = Assessment.objects.create(
        reaction=reaction,
        grade=new.grade,
        serious=sorted(new.serious),
        naranjo=dict(new.naranjo),
        points=scored.points if scored else None,
        band=scored.band if scored else "",
        who_umc=new.who_umc,
        linked=new.linked,
        expected=expectation(reaction, known).standing,
        note=new.note.strip(),
        knowledge_version=known.version,
        knowledge_digest=known.digest,
        made_by=by,
    )
    if new.grade and new.grade > (reaction.grade or 0):
        reaction.grade = new.grade
        reaction.save(update_fields=["grade"])
    audit.record(
        by=by,
        what="safety.reaction_assessed",
        subject=reaction,
        clinic=reaction.clinic,
        patient=reaction.patient,
        detail={"serious": made.serious, "who_umc": made.who_umc, "linked": made.linked},
        fixes=[Assessment.objects.filter(pk=made.pk)],
    )
    return made


def _scored(new: NewAssessment, known: Knowledge) -> causality.Score | None:
    words = known.vocabulary
    unknown = set(new.serious) - set(words.serious) or (new.who_umc and new.who_umc not in words.who_umc)
    if (
        unknown
        or new.linked not in Assessment.Linked.values
        or (new.grade and str(new.grade) not in words.grades)
    ):
        raise ReactionRefused("unknown_code")
    try:
        return causality.score(new.naranjo) if new.naranjo else None
    except causality.UnknownAnswer as problem:
        raise ReactionRefused("unknown_code", "naranjo") from problem


def expectation(reaction: Reaction, known: Knowledge) -> expected.Expectation:
    """By all that was injected in the sessions that it is tied to."""
    return expected.judge(reaction.kind, given_in(reaction), known)


def given_in(reaction: Reaction) -> Iterable[str]:
    rows = MixComponent.objects.filter(mix__session__in=reaction.ties.standing().values("session"))
    return sorted(set(rows.values_list("substance", flat=True)))
