"""The clinics that the demo draws: who tries it sees a clinic that lies outside, and each clinic by itself."""

from __future__ import annotations

from wheal.clinic.demo_registry import DRAWN, WORSE, drawn
from wheal.knowledge import current
from wheal.measures.answers import funnel
from wheal.measures.plain import Plain

PRODUCTS = {"3400000000005": "deoxycholic_acid", "3400000000012": "lidocaine"}


def test_one_clinic_of_the_demo_lies_outside_the_outer_limits_and_no_two_have_as_many_people():
    months = [tables for number in range(DRAWN) for tables in drawn(number, "2026-03", PRODUCTS)]
    rows = {table: [row for tables in months for row in tables[table]] for table in months[0]}
    measure = current().measures["infection_by_clinic"]
    places = funnel(measure, Plain(rows).counts(measure))
    (worse,) = [place for place in places if place.is_outside]
    assert worse.clinic == f"drawn-{WORSE + 1}"
    assert worse.low > worse.outer[1]
    assert len({place.of for place in places}) == len(places) == DRAWN
