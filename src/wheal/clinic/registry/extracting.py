"""The rows that a clinic sends, made of its record. No name, free text or point is among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from django.db.models import QuerySet

from wheal.clinic.followup import courses, results
from wheal.clinic.people.models import Clinic
from wheal.clinic.registry.models import Enrolment
from wheal.clinic.safety.models import Alarm, Assessment, Reaction
from wheal.clinic.treatments.injected import not_injected
from wheal.clinic.treatments.models import Amendment, MixComponent, Pass, Session
from wheal.knowledge import Knowledge
from wheal.knowledge.measuring import TABLES
from wheal.measures.allowed import Allowed, lot_code, product_code
from wheal.measures.counting import Row
from wheal.measures.courses import response
from wheal.measures.deidentifying import SHIFT, Hiding, month_of, withheld
from wheal.outcomes import Followed

Tables = dict[str, list[Row]]
SPREAD: Final = 7  # days


def months(enrolment: Enrolment, hiding: Hiding, known: Knowledge) -> dict[str, Tables]:
    """By month, every month that is over for everybody: days are shifted, so it ends some weeks late. Nothing that is
    told, blanks and what became of a course included, rests on a day that is not over in this sense."""
    clinic, name, over = enrolment.clinic, enrolment.name, over_by(enrolment)
    allowed = Allowed.of(known, until=f"{clinic.day_of():%Y-%m}")
    whole = withheld(
        {
            table: [allowed.codes_alone(table, row) for row in rows if row["month"] < over]
            for table, rows in _rows(clinic, hiding, known, over).items()
        }
    )
    found: dict[str, Tables] = defaultdict(lambda: {table: [] for table in TABLES})
    for table, rows in whole.items():
        for row in rows:
            found[row["month"]][table].append(
                {column: (row | {"clinic": name})[column] for column in TABLES[table]}
            )
    return dict(found)


def over_by(enrolment: Enrolment) -> str:
    """The first month that is not over for everybody yet. It moves on once a month, on a day of the clinic's own."""
    waits = timedelta(days=SHIFT + 7 + later(enrolment.name))
    return f"{enrolment.clinic.day_of() - waits:%Y-%m}"


def later(name: str) -> int:
    """Days by which a clinic waits besides, so that not all send their month in the same night."""
    return int.from_bytes(sha256(name.encode()).digest()[:4]) % SPREAD


def _rows(clinic: Clinic, hiding: Hiding, known: Knowledge, over: str) -> dict[str, Iterable[Row]]:
    signed = Session.objects.filter(clinic=clinic, signed_at__isnull=False).order_by()
    none = not_injected(signed)
    treated = signed.exclude(pk__in=none.sessions)
    met = dict(_sessions(treated, clinic, hiding))
    return {
        "sessions": met.values(),
        "passes": _passes(treated, met, none.mixes),
        "given": _given(treated, met, none.mixes),
        "events": _events(clinic, hiding, met),
        "courses": _courses(clinic, hiding, known, over, none.sessions),
        "alarms": _alarms(clinic, hiding),
    }


def _when(patient: int, day: date, hiding: Hiding) -> Row:
    week = hiding.week(patient, day)
    return {"month": month_of(week), "week": week, "person": hiding.person(patient)}


def _sessions(signed: QuerySet[Session], clinic: Clinic, hiding: Hiding) -> Iterator[tuple[int, Row]]:
    for pk, patient, was, purpose in signed.timed().values_list("pk", "patient_id", "was", "plan__purpose"):
        visit = {"session": hiding.thing("session", pk), "purpose": purpose or ""}
        yield pk, _when(patient, clinic.day_of(was), hiding) | visit


def _of(visit: Row) -> Row:
    return {column: visit[column] for column in ("month", "week", "person", "session")}


def _passes(treated: QuerySet[Session], met: Mapping[int, Row], none: Collection[int]) -> Iterator[Row]:
    """`none`: mixes of which nothing was injected."""
    rows = Pass.objects.filter(session__in=treated).exclude(mix__in=none).order_by()
    for session, area, technique in rows.values_list("session_id", "area", "technique"):
        yield _of(met[session]) | {"area": area, "technique": technique}


def _given(treated: QuerySet[Session], met: Mapping[int, Row], none: Collection[int]) -> Iterator[Row]:
    """From every lot that the record or an amendment says. What bears no GTIN, or a mistyped one, is called by free
    text in its clinic, and stays there with its lot and its substances: those of a product tell nothing that its GTIN
    does not."""
    for session, gtin, lot, substances in dict.fromkeys([*_signed(treated, none), *_amended(treated, none)]):
        bare = product_code(gtin)
        told = {"product": bare, "lot": lot_code(lot), "substance": substances}
        yield _of(met[session]) | (told if bare else dict.fromkeys(told, ""))


Held = tuple[int, str, str, str]
"""Session, GTIN, lot and substances."""


def _signed(treated: QuerySet[Session], none: Collection[int]) -> Iterator[Held]:
    rows = MixComponent.objects.filter(mix__session__in=treated).exclude(mix__in=none).order_by()
    for session, gtin, lot, substance, also in rows.distinct().values_list(
        "mix__session_id", "lot__product__gtin", "lot__number", "substance", "also"
    ):
        yield session, gtin, lot, _holds(substance, also)


def _amended(treated: QuerySet[Session], none: Collection[int]) -> Iterator[Held]:
    """As on the clinic's own watch and its lists of a recall: beside the lot that was signed, and of its own product,
    which may be another one."""
    rows = Amendment.objects.of_lots().filter(session__in=treated).exclude(component__mix__in=none)
    for row in rows.select_related("component__lot", "lot__product").order_by():
        product = row.lot.product
        same = product.pk == row.component.lot.product_id
        holds = row.component if same else product
        yield row.session_id, product.gtin, row.lot.number, _holds(holds.substance, holds.also)


def _holds(substance: str, also: Iterable[tuple[str, str, str]] | None) -> str:
    return "+".join(sorted({substance, *(more for more, _strength, _unit in also or ())}))


def _events(clinic: Clinic, hiding: Hiding, met: Mapping[int, Row]) -> Iterator[Row]:
    """Every reaction that stands, tied to a session or not and whatever it was judged to come from, since the week of
    its person's first session: the measures look at weeks themselves. A grade that nobody gave and a seriousness
    that nobody assessed leave as not known."""
    since: dict[int, int] = {}
    for visit in met.values():
        since[visit["person"]] = min(visit["week"], since.get(visit["person"], visit["week"]))
    judged = Assessment.objects.filter(reaction__clinic=clinic).order_by("pk")
    serious = {reaction: bool(what) for reaction, what in judged.values_list("reaction_id", "serious")}
    for row in Reaction.objects.standing().filter(clinic=clinic):
        when = _when(row.patient_id, row.counted_from, hiding)
        if when["person"] in since and when["week"] >= since[when["person"]]:
            yield when | {
                "event": hiding.thing("event", row.pk), "kind": row.kind, "grade": row.grade or None,
                "is_serious": serious.get(row.pk),
            }  # fmt: skip


def _courses(
    clinic: Clinic, hiding: Hiding, known: Knowledge, over: str, none: Collection[int]
) -> Iterator[Row]:
    """Each as it stood on the last day that is told of its person, once no session can join it; of one person's courses
    of the same substances in the same area the first, so that a measure by these counts people."""
    readings = results.readings(clinic, known)
    ways: dict[tuple[int, str], set[str]] = defaultdict(set)
    for patient, code, area in readings:
        if code in known.instruments and not known.instruments[code].is_of_the_body:
            ways[patient, area].add(code)
    met: set[tuple[object, ...]] = set()
    for one in courses.of_clinic(clinic, known, without=none):
        day = hiding.last_day(one.patient, over)
        course, same = one.course.as_of(day), (one.patient, frozenset(one.substances), one.area)
        if course is None or same in met:
            continue
        met.add(same)
        followed = {
            code: results.followed(replace(one, course=course), code, readings, known)
            for code in ways[one.patient, one.area]
        }
        measured = {code: _as_of(day, it) for code, it in followed.items()}
        if told := response(course.last, measured, known.instruments, day):
            yield _when(one.patient, course.first, hiding) | {
                "course": hiding.thing("course", course.visits[0].key),
                "protocol": "+".join(sorted(one.substances)), "area": one.area,
                "response": told[0], "regain": told[1],
            }  # fmt: skip


def _as_of(day: date, one: Followed) -> Followed:
    readings, weights = (
        tuple(reading for reading in some if reading.day <= day) for some in (one.readings, one.weights)
    )
    return replace(one, readings=readings, weights=weights)


def _alarms(clinic: Clinic, hiding: Hiding) -> Iterator[Row]:
    """How many days after its first case each alarm was told, with the cause that was suspected first."""
    for alarm in Alarm.objects.filter(clinic=clinic, level="alarm").prefetch_related("sightings"):
        first = next((it for it in alarm.sightings.all() if it.level == "alarm"), None)
        if first is None or not first.suspects:
            continue
        onsets = [row.counted_from for row in Reaction.objects.filter(pk__in=first.cases)]
        week = hiding.week(0, first.day)
        yield {
            "month": month_of(week), "alarm": hiding.thing("alarm", alarm.pk), "cause": first.suspects[0]["kind"],
            "days": max(0, (first.day - min(onsets)).days) if onsets else 0,
        }  # fmt: skip
