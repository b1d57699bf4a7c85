"""A profile is claimed where its check holds, and nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from functools import cache

from django.test import Client

from clinic.fhir.profiles import IPS, PROFILES, US, broken, claimed
from wheal import knowledge
from wheal.clinic.fhir import summaries
from wheal.clinic.fhir.kinds import Telling
from wheal.clinic.fhir.resources.everything import KINDS
from wheal.clinic.fhir.streams import Wanted, stream
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.models import Clinic, User


@cache
def told(clinic: Clinic) -> list[dict]:
    every = stream([Wanted(kind) for kind in KINDS.values()], Telling(clinic, knowledge.current()), None)
    return [resource for resource, _place in every if resource]


@cache
def documents(clinic: Clinic) -> list[dict]:
    """Of two people, and of one who had a reaction."""
    telling = Telling(clinic, knowledge.current())
    every = Patient.objects.filter(clinic=clinic).select_related("clinic")
    asked = [*every[:2], *every.exclude(reactions=None)[:1]]
    return [summaries.summary(each, telling) for each in asked]


def test_whatever_claims_a_profile_has_all_that_it_asks_for(demo, db) -> None:
    america = Clinic.objects.filter(jurisdiction="US").earliest("pk")
    every = [resource for clinic in Clinic.objects.all() for resource in (*told(clinic), *documents(clinic))]
    every += [each["resource"] for one in every for each in one.get("entry", [])]
    found = Counter(profile for each in every for profile in claimed(each))
    assert set(found) == set(PROFILES) - {f"{IPS}Patient-uv-ips"}
    wrong = [words for each in every for profile in claimed(each) for words in broken(each, profile)]
    assert wrong == []
    whose = [each["resource"] for one in documents(america) for each in one["entry"]]
    assert [words for each in whose if each["resourceType"] == "Patient"
            for words in broken(each, f"{IPS}Patient-uv-ips")] == []  # fmt: skip
    claims = {f"Patient/{each['id']}" for each in told(america) if f"{US}patient" in claimed(each)}
    pointed = {each["subject"]["reference"] for each in told(america)
               if any(one.startswith(US) for one in claimed(each)) and "subject" in each}  # fmt: skip
    assert pointed
    assert pointed <= claims  # what a profile points to is of its profile too


def test_the_first_in_a_summary_is_its_title_page(demo, db) -> None:
    for document in documents(Clinic.objects.earliest("pk")):
        assert document["entry"][0]["resource"]["resourceType"] == "Composition"


def test_the_check_finds_each_element_that_is_not_there(demo, db) -> None:
    america = Clinic.objects.filter(jurisdiction="US").earliest("pk")
    every = [*told(america), *documents(america)]
    every += [each["resource"] for one in every for each in one.get("entry", [])]
    for profile, rules in PROFILES.items():
        kind = {f"{IPS}Patient-uv-ips": f"{US}patient"}.get(profile, profile)
        whole = next(each for each in every if kind in claimed(each))
        for rule in rules:
            if rule.least == 0 or rule.of or "|" in rule.element:
                continue
            less = {name: value for name, value in deepcopy(whole).items() if name != rule.element}
            assert broken(less, profile) != [], (profile, rule)


def test_of_somebody_forgotten_no_profile_is_claimed(seen_by: Callable[[str], Client]) -> None:
    page = seen_by("alice")
    alice = User.objects.get(username="alice")
    patient = Patient.objects.filter(clinic__memberships__user=alice, histories__completed_at__isnull=False)[
        0
    ]
    before, after = [], []
    for found in (before, after):
        answer = page.get(f"/fhir/Patient/{patient.pk}/$everything?_count=500").json()
        found += [profile for each in answer["entry"] for profile in claimed(each["resource"])]
        patients.forget_who(patient=patient, by=alice)
    assert (bool(before), after) == (True, [])


def test_outside_america_none_is_claimed(demo, db) -> None:
    france = Clinic.objects.filter(jurisdiction="FR").earliest("pk")
    assert [each for each in told(france) if claimed(each)] == []
