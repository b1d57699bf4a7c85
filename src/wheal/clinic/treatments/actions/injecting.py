"""Passes of points: one mix, one area, one technique each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from wheal import bodymap, knowledge
from wheal.clinic.people.models import User
from wheal.clinic.stock.models import Lot
from wheal.clinic.treatments.actions.drafts import DraftRefused, as_read, open_draft, same_version, saved
from wheal.clinic.treatments.actions.taking_off import keep_drawing
from wheal.clinic.treatments.grounds import body_of, place_of
from wheal.clinic.treatments.models import Mix, Pass, Session
from wheal.knowledge import Knowledge

Coordinates = Sequence[tuple[int, int]]
OUTLINE_WORDS = {
    "too_few_corners": _("An outline needs at least three corners."),
    "self_crossing": _("The outline crosses itself. Draw it again without crossing."),
    "too_small": _("The outline is too small for a point at this spacing."),
    "too_far": _("The outline lies outside the chart."),
    "grid_too_fine": _("At this spacing there would be far too many points. Choose a larger one."),
    "bad_spacing": _("The spacing must be above zero."),
    "beside_the_body": _("The outline lies beside the body. Draw it on the skin."),
}


@transaction.atomic
def add_pass(
    *,
    session: Session,
    by: User,
    known: Knowledge,
    mix: Mix | None = None,
    area: str = "",
    technique: str = "",
    chart: str | None = None,
    side: str | None = None,
) -> Pass:
    """A new pass begins with the plan's area and technique, the area's own outline and the technique's first offer; on
    ground that has a pass already, with the outline and the grid of that one. It takes the next mix that no pass has.
    """
    session = open_draft(session)
    plan = session.plan
    area = area or (plan.area if plan else "")
    technique = technique or (plan.technique if plan else "")
    if not area or not technique:
        raise DraftRefused(_("Choose the area and the technique in the plan first."))
    offered = known.techniques[technique]
    row = Pass(
        session=session,
        mix=mix or _next_mix(session),
        order=next_order(session),
        area=area,
        technique=technique,
        pattern="line" if offered.in_lines else "square",
        spacing_cm=offered.spacing_cm,
        volume_ml=offered.volume_ml,
    )
    put_at(row, bodymap.place(area, known, chart, side), known)
    measured_before(row, session, known)
    _as_the_one_before(row, session, known)
    row.save()
    saved(by=by, what="pass_added", session=session, **{"pass": row.pk})
    return row


def _next_mix(session: Session) -> Mix:
    """The first that nothing is injected of yet, else the first."""
    made = session.mixes.filter(passes=None).first() or session.mixes.first()
    return made or Mix.objects.create(session=session, label="A")


def _as_the_one_before(row: Pass, session: Session, known: Knowledge) -> None:
    """A second pass treats the same ground: its outline and grid are there already, its depth and points are not."""
    before = session.passes.filter(area=row.area, technique=row.technique).last()
    if before is None or not before.outline or place_of(before, known) != place_of(row, known):
        return
    row.pattern, row.spacing_cm, row.volume_ml = before.pattern, before.spacing_cm, before.volume_ml
    put(row, [], [(x, y) for x, y in before.outline], known)


def next_order(session: Session) -> int:
    return (session.passes.aggregate(last=Max("order"))["last"] or 0) + 1


@transaction.atomic
def save_pass(
    *,
    row: Pass,
    by: User,
    points: Coordinates,
    outline: Coordinates,
    version: int | None = None,
    pattern: str = "square",
    spacing_cm: Decimal | None = None,
    depth_mm: Decimal | None = None,
    volume_ml: Decimal | None = None,
) -> Pass:
    """Save the points and what they add up to. Coordinates are tenths of a millimetre on the area's chart.

    Raises AlreadySigned, ChangedElsewhere, DraftRefused where the outline crosses itself or points are too many.
    """
    session = open_draft(row.session)
    row = session.passes.get(pk=row.pk)
    same_version(row, version)
    if len(points) > bodymap.MOST_POINTS:
        raise DraftRefused(OUTLINE_WORDS["grid_too_fine"])
    for figure, least in ((volume_ml, "0.001"), (spacing_cm, "0.01"), (depth_mm, "0.1")):
        if figure is not None and figure != figure.quantize(Decimal(least)):
            raise DraftRefused(
                _("%(figure)s is finer than is recorded: steps of %(least)s.")
                % {"figure": figure, "least": least}
            )
    if beside := _newly_beside(row, points, knowledge.current()):
        words = _("Beside the body: {count} of the new points. Set them on the skin that is drawn.")
        raise DraftRefused(format_lazy(words, count=beside))
    row.pattern, row.spacing_cm, row.depth_mm, row.volume_ml = pattern, spacing_cm, depth_mm, volume_ml
    put(row, points, outline, knowledge.current())
    row.draft_version += 1
    row.save()
    saved(
        by=by,
        what="points_saved",
        session=session,
        version=row.draft_version,
        count=row.count,
        **{"pass": row.pk},
    )
    return row


def _newly_beside(row: Pass, points: Coordinates, known: Knowledge) -> int:
    """Points that came now and lie on no skin. Those of an older drawing stay, and are said."""
    stood = set(bodymap.unpack_points(row.points))
    new = [point for point in points if point not in stood]
    return len(bodymap.points_beside(body_of(row, row.session, known), new))


def put(row: Pass, points: Coordinates, outline: Coordinates, known: Knowledge) -> None:
    """Points and outline, with all that follows from them on this patient."""
    try:
        body = body_of(row, row.session, known)
        row.area_cm2 = bodymap.area_cm2(outline, row.scale, body) if outline else None
        row.points = bodymap.pack_points(points)
    except bodymap.OutlineRefused as refused:
        raise DraftRefused(OUTLINE_WORDS[refused.reason]) from refused
    row.outline = [list(point) for point in outline]
    row.side = bodymap.side_of(outline, place_of(row, known), known)
    row.count = len(points)
    row.nearest_cm = bodymap.nearest_spacing_cm(points, row.scale)
    row.total_ml = row.count * (row.volume_ml or 0)


def put_at(row: Pass, place: bodymap.Place, known: Knowledge) -> None:
    """An empty pass at another place, with the outline that is offered there; what was measured stays behind."""
    row.area, row.chart, row.side = place.area, place.chart, place.side
    row.ruler = row.ruler_cm = row.measured_at = None
    put(row, [], place.outline, known)


def measured_before(row: Pass, session: Session, known: Knowledge) -> None:
    """One measurement serves every pass of the session on the same ground, and its mirror image on the other side."""
    place = place_of(row, known)
    for other in session.passes.filter(area=row.area, ruler_cm__isnull=False).exclude(pk=row.pk):
        ruler = ruler_at(place, other, known)
        if ruler:
            row.ruler, row.ruler_cm, row.measured_at = ruler, other.ruler_cm, other.measured_at
            return put(row, bodymap.unpack_points(row.points), [(x, y) for x, y in row.outline], known)
    return None


def ruler_at(place: bodymap.Place, other: Pass, known: Knowledge) -> list[list[int]]:
    """The ruler of another pass in the coordinates of this place; none where the two have nothing in common."""
    there = place_of(other, known)
    if there == place:
        return [list(end) for end in other.ruler]
    if bodymap.across(there, known) == place:
        return [list(end) for end in bodymap.mirrored([(x, y) for x, y in other.ruler], there)]
    if there.area == place.area and _is_length_of(other, bodymap.ruler_of(there, known)):
        return [list(end) for end in bodymap.ruler_of(place, known)]
    return []


def _is_length_of(other: Pass, ruler: bodymap.Outline) -> bool:
    """The area's own distance was measured, not another one."""
    return sorted(map(tuple, other.ruler)) == sorted(ruler)


@transaction.atomic
def remove_pass(*, row: Pass, by: User, version: int | None = None) -> None:
    """`version`: of the pass whose loss was agreed to. Raises ChangedElsewhere where it was drawn on since."""
    session = open_draft(row.session)
    row = session.passes.get(pk=row.pk)
    same_version(row, version)
    keep_drawing(row, session)
    saved(by=by, what="pass_removed", session=session, count=row.count, **{"pass": row.pk})
    row.delete()


@transaction.atomic
def save_pass_choice(
    *,
    row: Pass,
    by: User,
    mix: Mix,
    area: str,
    technique: str,
    known: Knowledge,
    chart: str | None = None,
    side: str | None = None,
    version: int | None = None,
) -> Pass:
    """Another mix, area or technique for a pass, or another view of it.

    To the other side of the patient the points go along as their mirror image. A new area or another view brings its
    own outline and takes the points off. `version`: as with `remove_pass`.
    """
    session = open_draft(row.session)
    row = session.passes.get(pk=row.pk)
    same_version(row, version)
    here, there = place_of(row, known), bodymap.place(area, known, chart, side)
    is_loss = leaves_points(row, there, known)
    if is_loss:
        keep_drawing(row, session)
    row.mix, row.technique = session.mixes.get(pk=mix.pk), technique
    if is_loss:
        put_at(row, there, known)
        measured_before(row, session, known)
    elif there != here:
        turn(row, here, there, known)
    row.draft_version += 1
    row.save()
    saved(by=by, what="pass_changed", session=session, version=row.draft_version, **{"pass": row.pk})
    return row


def leaves_points(row: Pass, there: bodymap.Place, known: Knowledge) -> bool:
    """Points lie on the chart of their area: they go along to the other side alone."""
    here = place_of(row, known)
    return there != here and bodymap.across(here, known) != there


def turn(row: Pass, here: bodymap.Place, there: bodymap.Place, known: Knowledge) -> None:
    """The pass as its mirror image on the patient's other side."""
    row.chart, row.side = there.chart, there.side
    if row.ruler:
        row.ruler = [list(end) for end in bodymap.mirrored([(x, y) for x, y in row.ruler], here)]
    points = bodymap.mirrored(bodymap.unpack_points(row.points), here)
    put(row, points, bodymap.mirrored([(x, y) for x, y in row.outline], here), known)


@transaction.atomic
def save_inject_at(
    *, session: Session, inject_at: datetime | None, by: User, is_now: bool = False
) -> Session:
    """When the first point was given. Raises DraftRefused where it is to be given now and a lot of it is blocked: what
    was given before somebody knew is entered with its time."""
    read, session = session, open_draft(session)
    as_read(read, session, "inject_at")
    if is_now:
        _refuse_blocked(session)
    session.inject_at = inject_at
    session.save(update_fields=["inject_at", "saved_at"])
    saved(by=by, what="time_of_injection_saved", session=session)
    return session


def _refuse_blocked(session: Session) -> None:
    drawn = Lot.objects.filter(drawn__mix__session=session)
    blocked = drawn.exclude(recalled_at=None, quarantined_at=None).order_by("pk").first()
    if blocked is not None:
        raise DraftRefused(
            _(
                "Lot %(lot)s is blocked: %(reason)s. Inject nothing of it; take it out at Mix and draw another lot. "
                "Was it given before? Type the time of the first point."
            )
            % {"lot": blocked.number, "reason": blocked.block_reason}
        )
