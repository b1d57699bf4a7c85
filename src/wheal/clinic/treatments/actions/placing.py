"""What is done to passes as a whole: measured on the patient, mirrored, drawn as last time, shown on another body."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wheal import bodymap, knowledge
from wheal.clinic import charts
from wheal.clinic.people.models import User
from wheal.clinic.treatments.actions.drafts import DraftRefused, open_draft, saved
from wheal.clinic.treatments.actions.injecting import next_order, put, ruler_at, turn
from wheal.clinic.treatments.actions.taking_off import keep_drawing
from wheal.clinic.treatments.grounds import place_of
from wheal.clinic.treatments.models import Mix, Pass, Session
from wheal.knowledge import Knowledge

Ruler = tuple[bodymap.Point, bodymap.Point]
_REPEATED = (
    "order", "area", "chart", "side", "technique", "ruler", "ruler_cm", "measured_at", "outline", "area_cm2", "pattern",
    "spacing_cm", "nearest_cm", "depth_mm", "volume_ml", "points", "count", "total_ml",
)  # fmt: skip


@transaction.atomic
def measure(
    *, row: Pass, ruler: Ruler | None, distance_cm: Decimal | None, by: User, known: Knowledge
) -> None:
    """What a line of the chart measures on this patient: from then on centimetres are the patient's. None: as drawn.

    It holds for every pass of the session on the same ground. Raises DraftRefused for what cannot be right.
    """
    session = open_draft(row.session)
    row = session.passes.get(pk=row.pk)
    _set(row, ruler, distance_cm)
    _save(row, known)
    for other in session.passes.filter(area=row.area).exclude(pk=row.pk):
        if distance_cm is None:
            _set(other, None, None)
        elif ends := ruler_at(place_of(other, known), row, known):
            other.ruler, other.ruler_cm, other.measured_at = ends, row.ruler_cm, row.measured_at
        _save(other, known)
    told = None if distance_cm is None else str(distance_cm)
    saved(by=by, what="distance_measured", session=session, distance_cm=told, **{"pass": row.pk})


def _set(row: Pass, ruler: Ruler | None, distance_cm: Decimal | None) -> None:
    if ruler is None or distance_cm is None:
        row.ruler = row.ruler_cm = row.measured_at = None
        return
    try:
        bodymap.measured(ruler, distance_cm)
    except bodymap.ScaleRefused as refused:
        words = _("%(distance)s cm cannot be right for this line: compare the line drawn with the figure.")
        raise DraftRefused(words % {"distance": distance_cm}) from refused
    row.ruler, row.ruler_cm, row.measured_at = [list(end) for end in ruler], distance_cm, timezone.now()


def _save(row: Pass, known: Knowledge) -> None:
    put(row, bodymap.unpack_points(row.points), [(x, y) for x, y in row.outline], known)
    row.draft_version += 1
    row.save()


@transaction.atomic
def mirror_pass(*, row: Pass, by: User, known: Knowledge) -> Pass:
    """The same pass on the patient's other side: a pass of its own, or the one that is there drawn anew.

    Across the midline it is the pass's own mirror image. Returns the pass of the other side.
    """
    session = open_draft(row.session)
    row = session.passes.get(pk=row.pk)
    here = place_of(row, known)
    there = bodymap.across(here, known)
    side = {"left": "right", "right": "left"}.get(row.side or "", "")
    if not side:
        raise DraftRefused(_("This outline lies across the midline: it has no other side."))
    twin = session.passes.filter(area=row.area, mix=row.mix, side=side).exclude(pk=row.pk).first()
    image = Pass(session=session, mix=row.mix, **{name: getattr(row, name) for name in _REPEATED})
    turn(image, here, there, known)
    if twin is None:
        image.order = next_order(session)
    else:
        keep_drawing(twin, session)
        image.pk, image.order, image.draft_version = twin.pk, twin.order, twin.draft_version + 1
    image.save()
    saved(by=by, what="pass_mirrored", session=session, count=image.count, **{"pass": image.pk})
    return image


def last_drawn(session: Session) -> Session | None:
    """The patient's last signed session with points on the planned area, which can be drawn again."""
    rows = session.patient.sessions.filter(signed_at__isnull=False, passes__count__gt=0).exclude(
        pk=session.pk
    )
    if session.plan and session.plan.area:
        rows = rows.filter(passes__area=session.plan.area)
    return rows.order_by("-signed_at").only("pk", "signed_at", "patient", "clinic").first()


@transaction.atomic
def draw_as_last_time(*, session: Session, by: User, known: Knowledge) -> list[Pass]:
    """The passes of the last session: area, outline, points, depth, volumes. Never its lots: of a mix only the letter.

    A measurement goes along with its date. Raises DraftRefused where points are drawn already.
    """
    session = open_draft(session)
    earlier = last_drawn(session)
    if earlier is None:
        raise DraftRefused(_("No earlier session of this patient has points on the planned area."))
    if session.passes.filter(count__gt=0).exists():
        raise DraftRefused(_("Points are drawn already. Lift them or remove their pass first."))
    session.passes.all().delete()
    rows = [row for row in earlier.passes.select_related("mix") if row.count and row.area in known.areas]
    made = [Pass(session=session, mix=_mix(session, row.mix.label), **_again(row)) for row in rows]
    for row in made:
        row.save()
    saved(by=by, what="drawn_as_last_time", session=session, earlier=earlier.pk, passes=len(made))
    return made


def _again(row: Pass) -> dict[str, object]:
    return {name: getattr(row, name) for name in _REPEATED}


def _mix(session: Session, label: str) -> Mix:
    return session.mixes.filter(label=label).first() or Mix.objects.create(session=session, label=label)


@transaction.atomic
def choose_shape(*, session: Session, shape: int, by: User) -> None:
    """The body that is drawn; points stay where they are, and what of an outline is skin is measured on that body."""
    session = open_draft(session)
    if shape not in charts.SHAPES:
        raise DraftRefused(_("There is no such body."))
    session.body_shape = shape
    session.save(update_fields=["body_shape", "saved_at"])
    for row in session.passes.all():
        put(row, bodymap.unpack_points(row.points), [(x, y) for x, y in row.outline], knowledge.current())
        row.save(update_fields=["area_cm2"])
    saved(by=by, what="body_shape_chosen", session=session, shape=shape)
