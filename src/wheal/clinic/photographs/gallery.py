"""The photographs of one patient as pages show them: by view and by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from wheal.clinic.patients.models import Patient
from wheal.clinic.photographs.models import Photograph
from wheal.knowledge import Knowledge
from wheal.knowledge.poses import Pose
from wheal.photography import poses_for


@dataclass(frozen=True, slots=True)
class Row:
    """One view: what there is of it, and the same laid out by day. `first` and `last` can be compared."""

    pose: str
    photographs: list[Photograph]
    by_day: list[tuple[date, list[Photograph]]] = field(default_factory=list)

    @property
    def first(self) -> Photograph:
        return self.photographs[0]

    @property
    def last(self) -> Photograph:
        return self.photographs[-1]

    @property
    def can_be_compared(self) -> bool:
        return len(self.photographs) > 1


def of(patient: Patient) -> list[Photograph]:
    return list(Photograph.objects.kept().filter(patient=patient))


def rows(photographs: Iterable[Photograph], known: Knowledge) -> list[Row]:
    """A row a view, in the order in which views are taken; the days are the same in all of them."""
    held = list(photographs)
    days = sorted({each.taken_on for each in held})
    return [
        Row(pose, of_pose, [(day, [one for one in of_pose if one.taken_on == day]) for day in days])
        for pose in _ordered({each.pose for each in held}, known)
        if (of_pose := [each for each in held if each.pose == pose])
    ]


def _ordered(poses: Iterable[str], known: Knowledge) -> list[str]:
    """A view that the knowledge no longer holds comes last."""

    def place(name: str) -> tuple[int, str]:
        pose: Pose | None = known.poses.get(name)
        return (pose.order if pose else 10_000, name)

    return sorted(poses, key=place)


def by_day(photographs: Iterable[Photograph], known: Knowledge) -> list[tuple[date, list[Photograph]]]:
    """Newest day first, in each day by view."""
    held = list(photographs)
    order = {pose: place for place, pose in enumerate(_ordered({each.pose for each in held}, known))}
    days = sorted({each.taken_on for each in held}, reverse=True)
    return [
        (day, sorted((one for one in held if one.taken_on == day), key=lambda one: (order[one.pose], one.pk)))
        for day in days
    ]


@dataclass(frozen=True, slots=True)
class ToTake:
    """One view of the set: whether it is there today, and the last one of an earlier day to stand by."""

    pose: str
    how: Pose
    today: Photograph | None
    earlier: Photograph | None


def to_take(
    areas: Iterable[str], photographs: Iterable[Photograph], on: date, known: Knowledge
) -> list[ToTake]:
    held = list(photographs)
    return [
        _to_take(pose, [each for each in held if each.pose == pose], on, known)
        for pose in poses_for(areas, known)
    ]


def _to_take(pose: str, held: list[Photograph], on: date, known: Knowledge) -> ToTake:
    today = [each for each in held if each.taken_on == on]
    earlier = [each for each in held if each.taken_on < on]
    return ToTake(pose, known.poses[pose], today[-1] if today else None, earlier[-1] if earlier else None)


def usual_area(photographs: Iterable[Photograph], known: Knowledge) -> str:
    """The area whose set of views has most in common with what was taken so far; "" where nothing was."""
    taken = {each.pose for each in photographs}
    ordered = sorted(known.areas, key=lambda area: known.areas[area].order)
    in_common = {area: len(taken & set(poses_for([area], known))) for area in ordered}
    return max(ordered, key=lambda area: in_common[area], default="") if taken else ""
