"""Passes of points: one mix, one area, one technique each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wheal import bodymap
from wheal.clinic.people.models import User
from wheal.clinic.treatments.actions.drafts import DraftRefused, as_read, open_draft, same_version, saved
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
) -> Pass:
    """A new pass begins with the plan's area and technique, the area's own outline and the technique's first offer."""
    session = open_draft(session)
    plan = session.plan
    area = area or (plan.area if plan else "")
    technique = technique or (plan.technique if plan else "")
    if not area or not technique:
        raise DraftRefused(_("Choose the area and the technique in the plan first."))
    mix = mix or session.mixes.first() or Mix.objects.create(session=session, label="A")
    offered = known.techniques[technique]
    outline = bodymap.outline_of(known.areas[area])
    row = Pass.objects.create(
        session=session,
        mix=mix,
        order=session.passes.count() + 1,
        area=area,
        technique=technique,
        outline=outline,
        area_cm2=bodymap.area_cm2(outline),
        spacing_cm=offered.spacing_cm,
        volume_ml=offered.volume_ml,
    )
    saved(by=by, what="pass_added", session=session, **{"pass": row.pk})
    return row


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
    row.pattern, row.spacing_cm, row.depth_mm, row.volume_ml = pattern, spacing_cm, depth_mm, volume_ml
    _place(row, points, outline)
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


def _place(row: Pass, points: Coordinates, outline: Coordinates) -> None:
    try:
        row.area_cm2 = bodymap.area_cm2(outline) if outline else None
        row.points = bodymap.pack_points(points)
    except bodymap.OutlineRefused as refused:
        raise DraftRefused(OUTLINE_WORDS[refused.reason]) from refused
    row.outline = [list(point) for point in outline]
    row.count = len(points)
    row.nearest_cm = bodymap.nearest_spacing_cm(points)
    row.total_ml = row.count * (row.volume_ml or 0)


@transaction.atomic
def remove_pass(*, row: Pass, by: User) -> None:
    session = open_draft(row.session)
    saved(by=by, what="pass_removed", session=session, count=row.count, **{"pass": row.pk})
    row.delete()


@transaction.atomic
def save_pass_choice(*, row: Pass, by: User, mix: Mix, area: str, technique: str, known: Knowledge) -> Pass:
    """Another mix, area or technique for a pass. A new area brings its own outline and takes the points off."""
    session = open_draft(row.session)
    row = session.passes.get(pk=row.pk)
    row.mix, row.technique = session.mixes.get(pk=mix.pk), technique
    if area != row.area:
        row.area = area
        _place(row, [], bodymap.outline_of(known.areas[area]))
    row.draft_version += 1
    row.save()
    saved(by=by, what="pass_changed", session=session, version=row.draft_version, **{"pass": row.pk})
    return row


@transaction.atomic
def save_inject_at(*, session: Session, inject_at: datetime | None, by: User) -> Session:
    read, session = session, open_draft(session)
    as_read(read, session, "inject_at")
    session.inject_at = inject_at
    session.save(update_fields=["inject_at", "saved_at"])
    saved(by=by, what="time_of_injection_saved", session=session)
    return session
