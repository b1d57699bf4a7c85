"""Sessions in bulk: drafts that lack nothing but the signature, and signed ones over five years."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from bench.clinic import AT_ONCE, Bench

if TYPE_CHECKING:
    from wheal.clinic.patients.models import Patient
    from wheal.clinic.people.models import User
    from wheal.clinic.treatments.models import Session

GRID = [
    (250 + x * 110, 30 + y * 110) for x in range(10) for y in range(6)
]  # sixty points, over a centimetre apart
OUTLINE = [(190, -30), (1300, -30), (1300, 640), (190, 640)]  # all of it on the skin of the face
TODAY = 40  # visits on the day list
OF_THEM = 50_000  # sessions that are held in memory
DATED = {  # what was given, with the day of each session
    "sqlite": "json_set(one.given, '$.date', substr(treatments_session.planned_for, 1, 10))",
    "postgresql": "jsonb_set(one.given, '{date}', to_jsonb(to_char(treatments_session.planned_for, 'YYYY-MM-DD')))",
}


def answered() -> dict[str, object]:
    """A history against which nothing is said."""
    from wheal import knowledge

    figures = {"weight": "72", "height": "168", "weight_six_months_ago": "72", "pulse": "70"}
    figures |= {
        "blood_pressure_systolic": "120",
        "blood_pressure_diastolic": "80",
        "last_period": "2020-01-01",
    }
    empty = {"codes": [], "yes_no": False}
    questions = knowledge.current().questions
    return {name: figures.get(name, empty.get(one.kind, "")) for name, one in questions.items()}


def drafts(bench: Bench, people: list[Patient], moments: Iterable[datetime]) -> list[Session]:
    """Sessions of sixty points that lack nothing but the signature, each with its history, plan and consent."""
    from django.db import transaction

    from wheal.clinic.treatments.models import Consent, Plan, Session

    with transaction.atomic():
        first = list(dict.fromkeys(person.pk for person in people))
        histories = dict(zip(first, _histories(first, bench.physician), strict=True))
        plans = Plan.objects.bulk_create([_plan(pk, bench.physician) for pk in first], batch_size=AT_ONCE)
        consents = Consent.objects.bulk_create(
            [_consent(plan, bench) for plan in plans], batch_size=AT_ONCE // 4
        )
        agreed = {consent.plan.patient_id: consent for consent in consents}
        rows = [
            Session(
                clinic=bench.clinic,
                patient=person,
                plan=agreed[person.pk].plan,
                consent=agreed[person.pk],
                history=histories[person.pk],
                planned_for=moment,
                practitioner=bench.physician,
                weight_kg=Decimal(72),
                created_by=bench.physician,
                checklist=_ticked(),
                arrived_at=moment,
            )
            for person, moment in zip(people, moments, strict=True)
        ]
        rows = Session.objects.bulk_create(rows, batch_size=AT_ONCE // 4)
        _fill(bench, rows)
    return rows


def _ticked() -> dict[str, bool]:
    from wheal.clinic.treatments.checklist import ITEMS

    return dict.fromkeys(ITEMS, True)


def _histories(patients: list[int], physician: User) -> list[object]:
    from django.utils import timezone

    from wheal.clinic.patients.models import History

    said, now = answered(), timezone.now()
    rows = [
        History(
            patient_id=pk,
            answers=said,
            draft_version=1,
            started_by=physician,
            completed_at=now,
            completed_by=physician,
        )
        for pk in patients
    ]
    return History.objects.bulk_create(rows, batch_size=AT_ONCE)


def _plan(patient: int, physician: User) -> object:
    from wheal.clinic.treatments.models import Plan

    return Plan(
        patient_id=patient, purpose="skin", area="face", technique="papule", substances=["lidocaine"], sessions=3,
        price=Decimal(400), currency="USD", created_by=physician,
    )  # fmt: skip


def _consent(plan: object, bench: Bench) -> object:
    """The size of a real one: six thousand characters, a hundred strokes' points."""
    from django.utils import timezone

    from wheal import consent, knowledge
    from wheal.clinic.treatments.consents import terms_of
    from wheal.clinic.treatments.models import Consent

    text = "What this person has read. " * 220
    covers = consent.snapshot(terms_of(plan), bench.clinic.jurisdiction, "en", knowledge.current())
    return Consent(
        plan=plan, language="en", text=text, digest=sha256(text.encode()).hexdigest(), signed_name="Bench Person",
        signature=[[[number, number % 90] for number in range(100)]], signed_at=timezone.now(),
        witnessed_by=bench.physician, covers=covers, knowledge_version="", knowledge_digest="",
    )  # fmt: skip


def _fill(bench: Bench, rows: list[Session]) -> None:
    from django.utils import timezone

    from wheal.bodymap import area_cm2, nearest_spacing_cm, pack_points
    from wheal.clinic.stock.models import Container
    from wheal.clinic.treatments.models import Mix, MixComponent, Pass

    now, by = timezone.now(), bench.physician
    opened = [Container(lot=lot, opened_at=now - timedelta(hours=1), opened_by=by) for lot in bench.lots]
    containers = itertools.cycle(Container.objects.bulk_create(opened))
    prepared = {"prepared_by": "chairside", "prepared_at": now - timedelta(minutes=10), "preparer": by}
    mixes = Mix.objects.bulk_create(
        [Mix(session=row, label="A", **prepared) for row in rows], batch_size=AT_ONCE
    )
    MixComponent.objects.bulk_create(
        (
            MixComponent(
                mix=mix,
                lot=container.lot,
                container=container,
                substance="lidocaine",
                strength=Decimal(10),
                strength_unit="mg/mL",
                volume_ml=Decimal(4),
            )
            for mix, container in zip(mixes, containers, strict=False)
        ),
        batch_size=AT_ONCE,
    )
    outline, packed = OUTLINE, pack_points(GRID)
    area, nearest = area_cm2(outline), nearest_spacing_cm(GRID)
    Pass.objects.bulk_create(
        (
            Pass(
                session=mix.session,
                mix=mix,
                order=1,
                area="face",
                technique="papule",
                outline=outline,
                area_cm2=area,
                spacing_cm=nearest,
                nearest_cm=nearest,
                depth_mm=Decimal("1.5"),
                volume_ml=Decimal("0.05"),
                points=packed,
                count=len(GRID),
                total_ml=Decimal(3),
                draft_version=3,
            )
            for mix in mixes
        ),
        batch_size=AT_ONCE,
    )


def many(bench: Bench, count: int) -> None:
    """Signed ones over five years, like one that was really signed, and those of today, ready to be signed."""
    from django.utils import timezone

    from wheal import knowledge
    from wheal.clinic.treatments import actions
    from wheal.clinic.treatments.models import Session

    draw, now = random.Random(2), timezone.now()
    people = [*bench.patients, *draw.choices(bench.patients, k=max(0, count - len(bench.patients)))][:count]
    today = drafts(bench, people[:TODAY], [now] * TODAY)
    actions.sign_off(session=today[0], by=bench.physician, known=knowledge.current())
    like = Session.objects.get(pk=today[0].pk)
    before = sorted(people[TODAY:], key=lambda person: person.pk)
    for start in range(0, len(before), OF_THEM):  # what a million takes at once is more than a machine has
        some = before[start : start + OF_THEM]
        rows = drafts(bench, some, [_before(draw, now) for _ in some])
        _sign_like(like, [row.pk for row in rows])
    _count()


def _before(draw: random.Random, now: datetime) -> datetime:
    return now - timedelta(days=1 + draw.randrange(1800), minutes=draw.randrange(600))


def _sign_like(like: Session, rows: list[int]) -> None:
    """Everything that a signature writes, copied; each an audit row beside it."""
    from django.db import connection, transaction

    from wheal.clinic.audit.models import Event

    fixed = (
        "signed_by_id", "signed_role", "decision", "reason", "document", "judgement",
        "knowledge_version", "knowledge_digest", "record_digest",
    )  # fmt: skip
    copied = ", ".join(f"{name} = one.{name}" for name in fixed)
    nothing = Event._meta.get_field("fixes").get_db_prep_value({}, connection)
    with transaction.atomic(), connection.cursor() as cursor:
        if (
            connection.vendor == "postgresql"
        ):  # each event would count itself, a million times in one transaction
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE treatments_session SET signed_at = treatments_session.planned_for, "
            f"inject_at = treatments_session.planned_for, given = {DATED[connection.vendor]}, {copied} "
            "FROM (SELECT * FROM treatments_session WHERE id = %s) AS one "
            "WHERE treatments_session.id BETWEEN %s AND %s",
            [like.pk, min(rows), max(rows)],
        )
        cursor.execute(
            "INSERT INTO audit_event (at, by_id, clinic_id, what, subject_kind, subject_id, patient_id, refused, "
            "detail, fixes, seal) SELECT signed_at, signed_by_id, clinic_id, 'treatments.session_signed', "
            "'treatments.session', CAST(id AS TEXT), patient_id, false, '{}', %s, '' "
            "FROM treatments_session WHERE id BETWEEN %s AND %s",
            [nothing, min(rows), max(rows)],
        )


def _count() -> None:
    """What a load leaves to be done: the count beside the audit, and what the planner goes by."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("UPDATE audit_counted SET last = (SELECT max(id) FROM audit_event)")
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
