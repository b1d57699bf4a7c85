"""The people of the tests. Alice treats, Bob helps, Charlie must see nothing of theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from wheal import knowledge
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people import actions
from wheal.clinic.people.models import Clinic, Role, User

PASSWORD = "correct horse battery staple"
HELD = {
    Role.PHYSICIAN: ("licence", "mesotherapy_certificate"),
    Role.NURSE: ("licence", "mesotherapy_certificate", "delegation"),
}


# Where these countries treat, and the hours of UTC at which it is a working day there, of UTC's own date.
WHERE = {
    "US": {"America/New_York": range(11, 24), "Pacific/Guam": range(11)},
    "FR": {"Europe/Paris": range(5, 22), "America/Martinique": range(22, 24), "Pacific/Noumea": range(5)},
}


def place_by_day(jurisdiction: str) -> ZoneInfo:
    """Whenever the tests are run, their clinics are open: an ampoule of ten minutes ago was opened today.

    What holds at midnight has tests of its own, which give their times.
    """
    hour = datetime.now(UTC).hour
    return next(ZoneInfo(zone) for zone, hours in WHERE[jurisdiction].items() if hour in hours)


IN_AMERICA, IN_FRANCE = place_by_day("US"), place_by_day("FR")


def today() -> date:
    """In the American clinic of the tests."""
    return timezone.localdate(timezone=IN_AMERICA)


def in_two_years() -> date:
    return today() + timedelta(days=730)


def clinic(name: str = "Bridge Street", *, jurisdiction: str = "US") -> Clinic:
    zone, language = (IN_FRANCE, "fr") if jurisdiction == "FR" else (IN_AMERICA, "en")
    return Clinic.objects.create(name=name, jurisdiction=jurisdiction, time_zone=zone.key, language=language)


def person(name: str, role: str, of: Clinic) -> User:
    """Somebody with this role, and with the credentials that the role needs in the United States."""
    new = actions.NewPerson(username=name.lower(), password=PASSWORD, first_name=name, last_name="Example")
    user = actions.admit(clinic=of, person=new, role=role, by=None)
    for kind in HELD.get(role, ()):
        actions.record_credential(
            user=user, clinic=of, kind=kind, number="1", valid_until=in_two_years(), by=user
        )
    return user


def patient(
    of: Clinic,
    by: User,
    *,
    family_name: str = "Rivera",
    given_names: str = "Maria",
    birth_date: date = date(1984, 5, 2),
    sex: str = "female",
    phone: str = "",
) -> Patient:
    new = patients.Demographics(
        family_name=family_name,
        given_names=given_names,
        birth_date=birth_date,
        sex=sex,
        language=of.language,
        phone=phone,
    )
    return patients.register(clinic=of, person=new, by=by)


def healthy_answers(
    but: dict[str, object] | None = None, *, without: tuple[str, ...] = ()
) -> dict[str, object]:
    """Every question answered: nothing known against a treatment, 62 kg, 168 cm; `but` says what differs."""
    plain = {"yes_no": False, "codes": [], "date": "2020-01-01", "text": "none"}
    measured = {
        "weight": "62", "height": "168", "weight_six_months_ago": "62", "blood_pressure_systolic": "120",
        "blood_pressure_diastolic": "80", "pulse": "70",
    }  # fmt: skip
    answers = {
        name: measured[name] if question.kind == "number" else plain[question.kind]
        for name, question in knowledge.current().questions.items()
    }
    return {name: answer for name, answer in {**answers, **(but or {})}.items() if name not in without}


def completed_history(of: Patient, by: User, answers: dict[str, object] | None = None) -> History:
    """A history asked and fixed, on top of any earlier one."""
    last = of.histories.completed().first()
    draft = of.histories.filter(completed_at=None).first()
    return patients.complete_history(
        patient=of,
        answers=healthy_answers() if answers is None else answers,
        version=draft.draft_version if draft else 0,
        after=last.pk if last else 0,
        by=by,
        known=knowledge.current(),
    )
