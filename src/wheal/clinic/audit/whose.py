"""An event about several people is found by each of them: who they are stands in its sealed detail, and once more in
rows of their own, by which the database finds it. `verify` holds the rows against the detail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, Q

from wheal.clinic.audit.models import Event, Whose

IN_DETAIL = "patients"


def told(detail: object) -> set[int]:
    """The ids that a detail names. Elsewhere the same word may stand before a count."""
    named = detail.get(IN_DETAIL) if isinstance(detail, dict) else None
    return {each for each in named if type(each) is int} if isinstance(named, list) else set()


def note(event: Event) -> None:
    """Within the transaction that adds the event."""
    Whose.objects.bulk_create(
        Whose(event_id=event.pk, patient_id=each) for each in sorted(told(event.detail))
    )


def is_about(patients: Iterable[int]) -> Q:
    """Of an event: about one of them alone, or about several with one of them. Each half is found by its index."""
    keys = list(patients)
    alone = Event.objects.filter(patient_id__in=keys).order_by().values("pk")
    among = Whose.objects.filter(patient_id__in=keys).values("event")
    return Q(pk__in=alone.union(among, all=True))


def astray(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """Of these events: what is wrong with their rows, and which."""
    expected = {(event.pk, patient) for event in events for patient in told(event.detail)}
    held = set(
        Whose.objects.filter(event__in=[event.pk for event in events]).values_list("event", "patient_id")
    )
    yield from (("missing", name(pair)) for pair in sorted(expected - held))
    yield from (("inserted", name(pair)) for pair in sorted(held - expected))


def of_no_event() -> list[str]:
    """Rows left over: the database keeps none without its event, unless somebody wrote to the file itself."""
    known = Event.objects.filter(pk=OuterRef("event_id"))
    return [str(row) for row in Whose.objects.filter(~Exists(known)).order_by("pk")]


def name(pair: tuple[int, int]) -> str:
    return f"audit.whose {pair[0]}-{pair[1]}"
