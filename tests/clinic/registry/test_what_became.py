"""What became of the courses of a clinic: as the page of the patient tells it, and everybody in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

import people
from clinic.followup.conftest import known as known
from clinic.followup.conftest import measured as measured
from clinic.followup.conftest import treated as treated
from wheal.clinic.demo_years import GAINED, KEPT, LATER, SESSIONS, SITE
from wheal.clinic.patients.models import Patient
from wheal.clinic.registry.extracting import months
from wheal.clinic.safety.models import Reaction
from wheal.knowledge import current
from wheal.measures.deidentifying import Hiding

HIDING = Hiding(b"s" * 32)


def _rows(agreed, table: str) -> list[dict]:
    return [row for tables in months(agreed, HIDING, current()).values() for row in tables[table]]


@pytest.fixture
def of_the_demo(treated, measured):
    """Somebody with the days, the place and the thicknesses of one of the two in the demo."""
    days = (*SESSIONS, *(SESSIONS[-1] + day for day in LATER))

    def made(thickness: str, name: str) -> Patient:
        whose = treated(*(-day for day in SESSIONS), name=name)
        for day, mm in zip(days, thickness.split(), strict=True):
            measured(whose, -day, place=SITE, ultrasound=mm)
        return whose

    return made


def test_the_registry_counts_the_return_that_the_page_of_the_patient_tells(agreed, of_the_demo, alice):
    """Dolores Yearlong and Flora Evermore of the demo, thrice each: fewer than five share nothing."""
    told = {}
    client = Client()
    client.force_login(alice)
    for number in range(3):
        for thickness, back, regain in ((GAINED[0], "2.4 mm", "regained"), (KEPT[0], "0.3 mm", "regained")):
            whose = of_the_demo(thickness, f"Demo{number}")
            assert back in client.get(f"/follow-up/patients/{whose.pk}/").content.decode()
            told[HIDING.person(whose.pk)] = ("responded", regain)
    found = {row["person"]: (row["response"], row["regain"]) for row in _rows(agreed, "courses")}
    assert found == told


def test_who_was_measured_by_nobody_is_there_and_each_person_once_for_the_same(agreed, treated, measured):
    whose = [treated(900, 300, name=f"Person{at}") for at in range(5)]  # two courses each
    for one in whose[:2]:
        measured(one, 900, ultrasound="9.2")
        measured(one, 816, ultrasound="8.0")
        measured(one, 300, ultrasound="8.0")
        measured(one, 216, ultrasound="8.0")
    found = _rows(agreed, "courses")
    assert len({row["person"] for row in found}) == len(found) == 5
    assert sorted(row["response"] for row in found) == ["lost"] * 3 + ["responded"] * 2


def test_somebody_between_two_sessions_is_not_told_as_lost(agreed, treated):
    for at in range(5):
        treated(260, 100, name=f"Person{at}")
    assert _rows(agreed, "courses") == []


def test_a_reaction_that_nobody_tied_to_a_session_leaves_like_one_that_is_tied(agreed, many, alice):
    visit = many[1].sessions.earliest("pk")
    for at, day in ((1, 260), (2, 260), (3, 301), (4, 500)):
        on = people.today() - timedelta(days=day)
        Reaction.objects.create(
            clinic=visit.clinic, patient=many[at], source="staff", reported_on=on, recorded_at=visit.signed_at,
            recorded_by=alice, recorded_kind="suspected_infection", recorded_onset=on, kind="suspected_infection",
            onset=on, urgency="today", knowledge_version="x", knowledge_digest="y", description="Secret words", grade=3,
        )  # fmt: skip
    told = {(row["person"], row["kind"]) for row in _rows(agreed, "events")}
    assert (HIDING.person(many[0].pk), "abscess") in told  # the one that is tied
    for at in (1, 2):
        assert (HIDING.person(many[at].pk), "suspected_infection") in told
    assert HIDING.person(many[4].pk) not in {
        person for person, _kind in told
    }  # long before the first session
    Reaction.objects.filter(patient=many[1]).update(withdrawn_at=visit.signed_at)
    assert len(_rows(agreed, "events")) == len(told) - 1


def test_a_table_in_french_has_its_headings_and_says_nothing_of_what_was_not_asked():
    from django.utils.translation import override

    from wheal.clinic.registry import tables
    from wheal.clinic.registry.showing import shown
    from wheal.measures.counting import Count

    measures, today = current().measures, people.today()

    def of(code: str, one: Count):
        return tables.of(measures[code], shown(measures[code], [one], today, ""))

    with override("fr"):
        head, row = of("regain_by_protocol", Count(("caffeine", "abdomen"), 40, 6, lost=9))
        told = dict(zip(head, row, strict=True))
        assert (told["De"] is not None, told["À"] is not None) == (True, True)
        assert (row[head.index("De") + 3], row[head.index("De") + 4]) == (9, None)
        head, row = of("severe_by_purpose", Count(("fat",), 40, 6, times=50))
        assert (row[head.index("De") + 3], row[head.index("De") + 4]) == (None, 50)
