"""What was drawn, injected and signed. A session is told once it is signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from wheal import bodymap
from wheal.clinic.equipment.models import Kind as ThingKind
from wheal.clinic.fhir.kinds import Kind, Parameter, Source, Telling, numbers
from wheal.clinic.fhir.resources.patients import CODE, STATUS, by_patient, of_patient
from wheal.clinic.fhir.resources.people import organization_reference, place_reference, practitioner_reference
from wheal.clinic.people.models import Clinic
from wheal.clinic.people.permissions import P
from wheal.clinic.treatments import grounds
from wheal.clinic.treatments.injected import none_injected, volumes_said
from wheal.clinic.treatments.models import (
    Amendment,
    Mix,
    MixComponent,
    Pass,
    Session,
    ThingUsed,
)
from wheal.fhir import canonical, points, terms
from wheal.fhir.datatypes import (
    Json,
    concept,
    held,
    identifier,
    instant,
    quantity,
    reference,
    resource,
    with_meta,
)

PIECE = Decimal("0.001")


def sessions(clinic: Clinic) -> QuerySet[Session]:
    used = ThingUsed.objects.select_related("thing").order_by("pk")
    last = Amendment.objects.filter(session=OuterRef("pk")).order_by("-pk").values("made_at")[:1]
    return (
        Session.objects.filter(clinic=clinic, signed_at__isnull=False)
        .select_related("clinic", "patient", "plan", "practitioner", "signed_by")
        .annotate(amended_at=Subquery(last))
        .prefetch_related(
            "amendments__made_by", Prefetch("passes", Pass.objects.defer("points")), Prefetch("things", used)
        )
        .defer("judgement", "document")
        .order_by()
    )


def _procedure(row: Session, telling: Telling) -> Iterator[Json]:
    yield _as_of(row, telling, len(row.amendments.all()))


def _versions(row: Session, telling: Telling) -> Iterator[Json]:
    """As it was signed, and as it stood after each amendment; the newest first."""
    for amended in reversed(range(len(row.amendments.all()) + 1)):
        yield _as_of(row, telling, amended)


def _corrected(amendments: list[Amendment], telling: Telling) -> list[Json]:
    """What was corrected, in words: also what no element can tell otherwise, such as a depth."""
    with translation.override(telling.language):
        return [_correction(each) for each in amendments]


def _correction(row: Amendment) -> Json:
    words = f"{row.corrects_words}: {row.was} → {row.should_be}. {row.reason}"
    return held(
        authorReference=practitioner_reference(row.made_by), time=instant(row.made_at),
        text=_("Corrected afterwards") + f" – {words}",
    )  # fmt: skip


def _site(area: str, side: str | None, telling: Telling) -> Json:
    """Cheeks, left."""
    told = terms.coded("areas", area, telling.known, telling.language)
    if side in grounds.SIDES:
        with translation.override(telling.language):
            told["text"] = f"{told['text']}, {grounds.SIDES[side]}"
    return told


def _as_of(row: Session, telling: Telling, amended: int) -> Json:
    """Not done where nothing at all was injected in it; else the sites where something was."""
    amendments, passes = list(row.amendments.all())[:amended], list(row.passes.all())
    said = volumes_said(amendments)
    is_none = none_injected(passes, said)
    none = frozenset() if is_none else {mix for mix, each in said.items() if not each.injected_ml}
    sites = list(dict.fromkeys((each.area, each.side) for each in passes if each.mix_id not in none))
    told = resource(
        "Procedure", row.pk, status=NOT_DONE if is_none else "completed",
        statusReason=_reason(said.values()) if is_none else None,
        identifier=[identifier(canonical.RECORD_DIGEST, row.record_digest)] if row.record_digest else [],
        basedOn=[reference("CarePlan", row.plan_id)] if row.plan_id else [],
        code=terms.coded("purposes", row.plan.purpose, telling.known, telling.language)
        if row.plan and row.plan.purpose else concept(text="Injections"),
        subject=of_patient(row.patient), performedDateTime=instant(row.inject_at or row.signed_at),
        recorder=practitioner_reference(row.signed_by), asserter=practitioner_reference(row.signed_by),
        performer=[
            {"actor": practitioner_reference(row.practitioner or row.signed_by),
                "onBehalfOf": organization_reference(row.clinic)}
        ],
        location=_place(row),
        bodySite=[_site(*each, telling) for each in sites],
        report=[reference("DocumentReference", f"session-{row.pk}")], note=_corrected(amendments, telling),
        usedReference=[reference("Device", each.thing_id, str(each.thing)) for each in _devices(row)],
    )  # fmt: skip
    return with_meta(told, amendments[-1].made_at if amendments else row.signed_at)


NOT_DONE = "not-done"


def _reason(said: Iterable[Amendment]) -> Json:
    return concept(text=" ".join(dict.fromkeys(each.reason for each in said)))


def _devices(row: Session) -> list[ThingUsed]:
    return [each for each in row.things.all() if each.thing.kind != ThingKind.ROOM]


def _place(row: Session) -> Json:
    rooms = [each.thing for each in row.things.all() if each.thing.kind == ThingKind.ROOM]
    return (
        reference("Location", f"room-{rooms[0].pk}", str(rooms[0])) if rooms else place_reference(row.clinic)
    )


def _amendments(of: str = "session") -> QuerySet[Amendment]:
    return Amendment.objects.filter(session=OuterRef(of)).order_by("-pk")


_WITH_LOTS = Amendment.objects.select_related("made_by", "component", "lot__product").order_by("pk")


def _passes(clinic: Clinic) -> QuerySet[Pass]:
    used = ThingUsed.objects.filter(thing__kind=ThingKind.DEVICE).select_related("thing").order_by("pk")
    return (
        Pass.objects.filter(session__clinic=clinic, session__signed_at__isnull=False, count__gt=0)
        .select_related(
            "session__patient", "session__practitioner", "session__signed_by", "session__clinic", "mix"
        )
        .annotate(amended_at=Subquery(_amendments().values("made_at")[:1]))
        .prefetch_related(
            Prefetch("session__things", used), Prefetch("session__amendments", _WITH_LOTS),
            Prefetch("session__passes", Pass.objects.only("session", "mix", "total_ml")),
        )
        .defer("session__judgement", "session__document")
        .order_by()
    )  # fmt: skip


def _administration(row: Pass, telling: Telling) -> Iterator[Json]:
    yield _given(row, telling, len(row.session.amendments.all()))


def _given_before(row: Pass, telling: Telling) -> Iterator[Json]:
    """As it was signed, and as it stood after each amendment of its session; the newest first."""
    for amended in reversed(range(len(row.session.amendments.all()) + 1)):
        yield _given(row, telling, amended)


def _given(row: Pass, telling: Telling, amended: int) -> Json:
    """The volume that holds by the amendments; of each point none is told then, for they say it of the mix. Of what was
    not injected neither dose nor points are told: R4 knows no dosage without a dose."""
    session = row.session
    amendments = list(session.amendments.all())[:amended]
    said = volumes_said(amendments).get(row.mix_id)
    is_none = said is not None and not said.injected_ml
    told = resource(
        "MedicationAdministration", row.pk,
        extension=[] if is_none else [points.extension(_laid(row, with_volume=said is None))],
        partOf=[reference("Procedure", session.pk)], status=NOT_DONE if is_none else "completed",
        statusReason=[_reason([said])] if said and is_none else [],
        medicationReference=reference("Medication", f"mix-{row.mix_id}", row.mix.label),
        subject=of_patient(session.patient),
        effectiveDateTime=instant(session.inject_at or session.signed_at),
        performer=[{"actor": practitioner_reference(session.practitioner or session.signed_by)}],
        device=[reference("Device", each.thing_id, str(each.thing)) for each in session.things.all()],
        note=_corrected(amendments, telling),
        dosage=None if is_none else _dosage(row, said, telling),
    )  # fmt: skip
    return with_meta(told, amendments[-1].made_at if amendments else session.signed_at)


def _dosage(row: Pass, said: Amendment | None, telling: Telling) -> Json:
    dose = row.total_ml if said is None else _share(row, said.injected_ml)
    return held(
        site=_site(row.area, row.side, telling),
        method=terms.coded("techniques", row.technique, telling.known, telling.language),
        dose=quantity(dose.quantize(PIECE).normalize(), "mL"),
    )


def _share(row: Pass, injected_ml: Decimal) -> Decimal:
    """What this pass has of all that its mix was amended to, by its share of the points."""
    whole = sum((each.total_ml for each in row.session.passes.all() if each.mix_id == row.mix_id), Decimal(0))
    return injected_ml * row.total_ml / whole if whole else injected_ml


def _laid(row: Pass, *, with_volume: bool) -> points.Laid:
    return points.Laid(
        area=row.area, chart=row.chart or "", side=row.side or "", pattern=row.pattern,
        spacing_cm=row.spacing_cm, depth_mm=row.depth_mm, volume_ml=row.volume_ml if with_volume else None,
        at=bodymap.unpack_points(bytes(row.points)),
    )  # fmt: skip


def _mixes(clinic: Clinic) -> QuerySet[Mix]:
    drawn = MixComponent.objects.select_related("lot__product").order_by("pk")
    signed = Mix.objects.filter(session__clinic=clinic, session__signed_at__isnull=False)
    return (
        signed.select_related("session")
        .annotate(amended_at=Subquery(_amendments().values("made_at")[:1]))
        .prefetch_related(Prefetch("components", drawn), Prefetch("session__amendments", _WITH_LOTS))
        .order_by()
        .defer("session__judgement", "session__document")
    )


def _other_lots(row: Mix) -> list[Amendment]:
    """Those that say from which lot a part of this mix really came."""
    said = [each for each in row.session.amendments.all() if each.component and each.lot]
    return [each for each in said if each.component.mix_id == row.pk]


def _medication(row: Mix, _telling: Telling) -> Iterator[Json]:
    yield _mixed(row, _other_lots(row))


def _mixed_before(row: Mix, _telling: Telling) -> Iterator[Json]:
    """As it was signed, and of which lots after each amendment; the newest first."""
    said = _other_lots(row)
    for amended in reversed(range(len(said) + 1)):
        yield _mixed(row, said[:amended])


def _mixed(row: Mix, amendments: list[Amendment]) -> Json:
    """What one syringe held, from the lots that hold by the amendments. Its strength is the share of each lot in the
    whole."""
    components = list(row.components.all())
    whole = sum((each.volume_ml for each in components), Decimal(0))
    really = {each.component.container_id: each.lot for each in amendments}  # the last one stands
    ingredients = []
    for each in components:
        lot = really.get(each.container_id, each.lot)
        strength = {
            "numerator": quantity(each.volume_ml.normalize(), "mL"),
            "denominator": quantity(whole.normalize(), "mL"),
        }
        ingredients.append(
            {
                "itemReference": reference("Medication", f"lot-{lot.pk}", str(lot)),
                "isActive": True,
                "strength": strength,
            }
        )
    told = resource(
        "Medication", f"mix-{row.pk}",
        identifier=[identifier(f"{canonical.BASE}/NamingSystem/syringe", row.code)] if row.code else [],
        code=terms.plain("medication-kinds", "mix", f"Mix {row.label}"), status="active",
        amount={"numerator": quantity(whole.normalize(), "mL"), "denominator": quantity(Decimal(1), "1")},
        ingredient=ingredients, batch=held(lotNumber=row.batch),
    )  # fmt: skip
    return with_meta(told, amendments[-1].made_at if amendments else row.session.signed_at)


KINDS = (
    Kind(
        "Procedure", P.CHART_READ,
        (Source(sessions, _procedure, patient="patient", date="inject_at", updated=("signed_at", "amended_at"),
            history=_versions, narrow={
            "based-on": lambda values: Q(plan__in=numbers(values)),
            "performer": lambda values: Q(practitioner__in=numbers(values)) | Q(practitioner=None),
        }),),
        by_patient("subject") | CODE | STATUS | {
            "date": Parameter("date", ("performedDateTime",)),
            "performer": Parameter("reference", ("performer.actor",), ("Practitioner",)),
            "location": Parameter("reference", ("location",), ("Location",)),
            "based-on": Parameter("reference", ("basedOn",), ("CarePlan",)),
            "identifier": Parameter("token", ("identifier",)),
        }, patient_path="subject",
    ),
    Kind(
        "MedicationAdministration", P.CHART_READ,
        (Source(
            _passes, _administration, patient="session__patient", date="session__inject_at",
            updated=("session__signed_at", "amended_at"), history=_given_before,
            narrow={
                "part-of": lambda values: Q(session__in=numbers(values)),
                "medication": lambda values: Q(mix__in=numbers([each.removeprefix("mix-") for each in values])),
            },
        ),),
        by_patient("subject") | STATUS | {
            "effective-time": Parameter("date", ("effectiveDateTime",)),
            "performer": Parameter("reference", ("performer.actor",), ("Practitioner",)),
            "medication": Parameter("reference", ("medicationReference",), ("Medication",)),
            "device": Parameter("reference", ("device",), ("Device",)),
            "part-of": Parameter("reference", ("partOf",), ("Procedure",), "the session that it was a pass of"),
        }, patient_path="subject",
    ),
)  # fmt: skip
MIXES = Source(
    _mixes, _medication, "mix", patient="session__patient", updated=("session__signed_at", "amended_at"),
    history=_mixed_before,
)  # fmt: skip
