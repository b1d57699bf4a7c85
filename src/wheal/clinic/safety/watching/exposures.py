"""Which things each signed session met, kept as one narrow row: filled from the record, read by the watch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from django.db import transaction

from wheal import knowledge
from wheal.clinic.equipment.models import Kind
from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.reactions.places import day_of
from wheal.clinic.safety.watching.models import Exposed
from wheal.clinic.safety.whom import NEEDLE
from wheal.clinic.treatments.models import MixComponent, Session, ThingUsed
from wheal.surveillance import Exposure

AT_ONCE = 500
CONTAINER = "container"
STILL_WRITTEN = timedelta(days=1)  # far longer than a signature takes from its moment to its commit
_KINDS = {
    Kind.DEVICE: "device", Kind.WATER_POINT: "water_point", Kind.DISINFECTANT: "disinfectant", Kind.ROOM: "room",
}  # fmt: skip


def fill(clinic: Clinic) -> int:
    """Rows for what was signed since the last time; says how many. A signed session never changes, nor do they."""
    made = 0
    while rows := list(_missing(clinic)[:AT_ONCE]):
        with transaction.atomic():
            vials = _shared_vials(rows)
            Exposed.objects.bulk_create(_rows(clinic, rows, vials), ignore_conflicts=True)
            _add_to_earlier(vials, {row.pk for row in rows})
        made += len(rows)
    return made


def _missing(clinic: Clinic):
    """The newest row tells up to when all are there, but for signatures that were still being written then."""
    signed = Session.objects.filter(clinic=clinic, signed_at__isnull=False, exposed=None).order_by(
        "signed_at", "pk"
    )
    last = (
        Exposed.objects.filter(clinic=clinic)
        .order_by("-signed_at")
        .values_list("signed_at", flat=True)
        .first()
    )
    since = signed.filter(signed_at__gte=last - STILL_WRITTEN) if last else signed
    return since.only("pk", "patient_id", "practitioner_id", "inject_at", "signed_at")


def _shared_vials(sessions: list[Session]) -> dict[int, set[Exposure]]:
    """By session, signed before or now: the containers that more than one patient was given from. Most serve one, and
    are no exposure at all."""
    drawn = MixComponent.objects.filter(
        container__drawn__mix__session__in=sessions, mix__session__signed_at__isnull=False
    )
    rows = drawn.values_list("container", "mix__session", "mix__session__patient").distinct()
    patients: dict[int, set[int]] = defaultdict(set)
    for container, _session, patient in rows:
        patients[container].add(patient)
    found: dict[int, set[Exposure]] = defaultdict(set)
    for container, session, _patient in rows:
        if len(patients[container]) > 1:
            found[session].add((CONTAINER, str(container)))
    return found


def _add_to_earlier(vials: Mapping[int, set[Exposure]], these: set[int]) -> None:
    """A vial came to be shared: the sessions that had it before are told so too."""
    earlier = list(Exposed.objects.filter(pk__in=vials.keys() - these))
    for row in earlier:
        row.met = " ".join(dict.fromkeys([*row.met.split(), *_words(sorted(vials[row.pk]))]))
    Exposed.objects.bulk_update(earlier, ["met"])


def _words(things: Iterable[Exposure]) -> list[str]:
    return [f"{kind}:{name}" for kind, name in things]


def _rows(clinic: Clinic, sessions: list[Session], vials: Mapping[int, set[Exposure]]) -> Iterator[Exposed]:
    met = _met(sessions)
    for session in sessions:
        own = sorted(vials.get(session.pk, ()))
        things = dict.fromkeys([*met[session.pk], *own, *_people(clinic, session)])
        yield Exposed(
            session=session,
            clinic=clinic,
            patient_id=session.patient_id,
            day=day_of(session, clinic).toordinal(),
            signed_at=session.signed_at,
            met=" ".join(_words(things)),
        )


def _people(clinic: Clinic, session: Session) -> Iterator[Exposure]:
    if session.practitioner_id:
        yield "practitioner", str(session.practitioner_id)
    yield "clinic", str(clinic.pk)


def _met(sessions: list[Session]) -> dict[int, list[Exposure]]:
    met: dict[int, list[Exposure]] = defaultdict(list)
    substances = knowledge.current().substances
    drawn = MixComponent.objects.filter(mix__session__in=sessions).values_list(
        "mix__session_id", "lot_id", "lot__product_id", "substance", "mix__protocol_id"
    )
    for session, lot, product, substance, protocol in drawn:
        is_diluent = substance in substances and substances[substance].kind == "diluent"
        met[session] += [("diluent" if is_diluent else "lot", str(lot)), ("product", str(product))]
        if protocol:
            met[session].append(("mix", str(protocol)))
    used = ThingUsed.objects.filter(session__in=sessions).values_list(
        "session_id", "thing_id", "thing__kind", "cleaning__water_point_id", "cleaning__disinfectant_id"
    )
    for session, thing, kind, water, disinfectant in used:
        met[session].append(
            ("lot", f"{NEEDLE}-{thing}") if kind == Kind.NEEDLE else (_KINDS[kind], str(thing))
        )
        met[session] += [("water_point", str(water))] * bool(water)
        met[session] += [("disinfectant", str(disinfectant))] * bool(disinfectant)
    return met
