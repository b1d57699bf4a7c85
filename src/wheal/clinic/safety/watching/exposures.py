"""Which things each signed session met, kept as one narrow row: filled from the record, read by the watch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from wheal import knowledge
from wheal.clinic.equipment.models import Kind
from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.reactions.places import day_of
from wheal.clinic.safety.watching.models import Exposed
from wheal.clinic.safety.whom import NEEDLE
from wheal.clinic.treatments.injected import not_injected
from wheal.clinic.treatments.models import Amendment, MixComponent, Session, ThingUsed
from wheal.surveillance import Exposure

AT_ONCE = 500
CONTAINER = "container"
STILL_WRITTEN = timedelta(days=1)  # far longer than a signature takes from its moment to its commit
_READ = "pk", "patient_id", "practitioner_id", "inject_at", "signed_at"
_KINDS = {
    Kind.DEVICE: "device", Kind.WATER_POINT: "water_point", Kind.DISINFECTANT: "disinfectant", Kind.ROOM: "room",
}  # fmt: skip


def fill(clinic: Clinic) -> int:
    """Rows for what was signed since the last time; says how many. A signed session never changes; what an amendment
    says of its lots is added to its row, and what it says was not injected was not met."""
    made = 0
    while rows := list(_missing(clinic)[:AT_ONCE]):
        with transaction.atomic():
            vials = _shared_vials(row.pk for row in rows)
            Exposed.objects.bulk_create(_rows(clinic, rows, vials), ignore_conflicts=True)
            _add_to_earlier(vials, {row.pk for row in rows})
        made += len(rows)
    none = _follow_volumes(clinic)
    _follow_lots(clinic, none)
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
    return since.only(*_READ)


def _shared_vials(sessions: Iterable[int], none: Collection[int] = ()) -> dict[int, set[Exposure]]:
    """By session, signed before or now: the containers that more than one patient was given from. Most serve one, and
    are no exposure at all. `none`: mixes that are left aside."""
    rows = _poured(set(sessions), none)
    patients: dict[int, set[int]] = defaultdict(set)
    for container, _session, patient in rows:
        patients[container].add(patient)
    found: dict[int, set[Exposure]] = defaultdict(set)
    for container, session, _patient in rows:
        if len(patients[container]) > 1:
            found[session].add((CONTAINER, str(container)))
    return found


def _poured(sessions: set[int], none: Collection[int]) -> list[tuple[int, int, int]]:
    """Container, session and patient of all that was given from the containers of these sessions, those included that
    an amendment names."""
    drawn = MixComponent.objects.filter(mix__session__signed_at__isnull=False).exclude(mix__in=none)
    amended = Amendment.objects.filter(container__isnull=False).exclude(component__mix__in=none)
    held = {
        *drawn.filter(mix__session__in=sessions).values_list("container", flat=True),
        *amended.filter(session__in=sessions).values_list("container", flat=True),
    }
    signed = drawn.filter(container__in=held).values_list(
        "container", "mix__session", "mix__session__patient"
    )
    told = amended.filter(container__in=held).values_list("container", "session", "session__patient")
    return list(dict.fromkeys([*signed, *told]))


def _follow_volumes(clinic: Clinic) -> frozenset[int]:
    """The mixes of which nothing was injected. Of such a session the row is without what was in them; its room, needles
    and devices stay, for no amendment says that no needle went in. Where the last word gives a volume again, all is
    there again."""
    said = Amendment.objects.of_volumes().filter(session__clinic=clinic, injected_ml=0)
    if not (asked := set(said.values_list("session", flat=True))):
        return frozenset()
    sessions = Session.objects.filter(pk__in=asked, exposed__isnull=False)
    none = not_injected(sessions).mixes
    now = {
        row.pk: row for row in _rows(clinic, list(sessions.only(*_READ)), _shared_vials(asked, none), none)
    }
    for session, thing in _amended(Amendment.objects.filter(session__in=now), none):
        now[session].met = " ".join(dict.fromkeys([*now[session].met.split(), *_words([thing])]))
    rows = list(Exposed.objects.filter(pk__in=now))
    changed = [row for row in rows if set(row.met.split()) != set(now[row.pk].met.split())]
    for row in changed:
        row.met = now[row.pk].met
    Exposed.objects.bulk_update(changed, ["met"])
    return none


def _amended(of: QuerySet[Amendment], none: Collection[int]) -> Iterator[tuple[int, Exposure]]:
    """Lots that an amendment names, but for those of mixes of which nothing was injected."""
    told = of.of_lots().exclude(component__mix__in=none)
    for session, lot, substance in told.values_list("session", "lot", "component__substance"):
        yield session, (_kind_of(substance), str(lot))


def _follow_lots(clinic: Clinic, none: Collection[int]) -> None:
    told = Amendment.objects.of_lots().filter(lot__product__clinic=clinic, session__exposed__isnull=False)
    met = dict(told.values_list("session", "session__exposed__met"))
    found: dict[int, set[Exposure]] = defaultdict(set)
    for session, thing in _amended(told, none):
        if thing not in _things(met[session]):
            found[session].add(thing)
    if found:
        for session, vials in _shared_vials(found, none).items():
            found[session] |= vials
        _add_to_earlier(found, set())


def _add_to_earlier(things: Mapping[int, set[Exposure]], these: set[int]) -> None:
    """A vial came to be shared, or a lot was amended: the sessions that had it before are told so too."""
    earlier = list(Exposed.objects.filter(pk__in=things.keys() - these))
    for row in earlier:
        row.met = " ".join(dict.fromkeys([*row.met.split(), *_words(sorted(things[row.pk]))]))
    Exposed.objects.bulk_update(earlier, ["met"])


def _things(met: str) -> set[Exposure]:
    """Of a row."""
    return {(kind, name) for kind, _, name in (word.partition(":") for word in met.split())}


def _words(things: Iterable[Exposure]) -> list[str]:
    return [f"{kind}:{name}" for kind, name in things]


def _rows(
    clinic: Clinic, sessions: list[Session], vials: Mapping[int, set[Exposure]], none: Collection[int] = ()
) -> Iterator[Exposed]:
    met = _met(sessions, none)
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


def _kind_of(substance: str) -> str:
    held = knowledge.current().substances.get(substance)
    return "diluent" if held and held.kind == "diluent" else "lot"


def _met(sessions: list[Session], none: Collection[int]) -> dict[int, list[Exposure]]:
    met: dict[int, list[Exposure]] = defaultdict(list)
    drawn = MixComponent.objects.filter(mix__session__in=sessions).exclude(mix__in=none)
    for session, lot, product, substance, protocol in drawn.values_list(
        "mix__session_id", "lot_id", "lot__product_id", "substance", "mix__protocol_id"
    ):
        met[session] += [(_kind_of(substance), str(lot)), ("product", str(product))]
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
