"""What an authority would send back is found before anything is sent."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from reports.a_case import FULL, LEAST, TODAY
from wheal.reports import Patient, e2b
from wheal.reports.elements import moment, table
from wheal.reports.rules import Problem, problems


def with_reaction(**changed):
    first, *rest = FULL.reactions
    return replace(FULL, reactions=(replace(first, **changed), *rest))


def with_dosage(**changed):
    product, *rest = FULL.products
    dosage, *others = product.dosages
    changed_product = replace(product, dosages=(replace(dosage, **changed), *others))
    return replace(FULL, products=(changed_product, *rest))


@pytest.mark.parametrize("report", [FULL, LEAST], ids=["full", "least"])
def test_a_sound_case_has_no_problem(report):
    assert problems(report, on=TODAY) == ()


CASES = [
    (replace(FULL, narrative=" "), "H.1", "missing", ()),
    (replace(FULL, narrative="x" * 100_001), "H.1", "too_long", ()),
    (replace(FULL, number="MEADOW 17"), "C.1.1", "malformed", ()),
    (replace(FULL, sender_id=""), "N.1.3", "missing", ()),
    (replace(FULL, sender=replace(FULL.sender, organisation="")), "C.3.2", "missing", ()),
    (replace(FULL, reporter=replace(FULL.reporter, country="")), "C.2.r.3", "missing", ()),
    (replace(FULL, reporter=replace(FULL.reporter, country="usa")), "C.2.r.3", "too_long", ()),
    (replace(FULL, first_received=date(2026, 11, 26)), "C.1.4", "in_the_future", ()),
    (replace(FULL, patient=Patient(initials="A\x00B")), "D.1", "control_character", ()),
    (replace(FULL, patient=Patient(height_cm=16800)), "D.4", "too_long", ()),
    (with_reaction(meddra_code=""), "E.i.2.1b", "missing", (1,)),
    (with_reaction(meddra_code="1005410"), "E.i.2.1b", "malformed", (1,)),
    (with_reaction(meddra_version=""), "E.i.2.1a", "missing", (1,)),
    (with_reaction(meddra_version="28.0"), "E.i.2.1a", "two_meddra_versions", ()),
    (with_reaction(words=""), "E.i.1.1a", "missing", (1,)),
    (with_reaction(words="n" * 251), "E.i.1.1a", "too_long", (1,)),
    (with_reaction(language="de"), "E.i.1.1b", "missing", (1,)),
    (with_reaction(began=date(2026, 11, 26)), "E.i.4", "in_the_future", (1,)),
    (with_reaction(ended=date(2026, 11, 9)), "E.i.5", "ends_before_it_begins", (1,)),
    (with_dosage(lot="L" * 36), "G.k.4.r.7", "too_long", (1, 1)),
    (with_dosage(on=date(2027, 1, 1)), "G.k.4.r.4", "in_the_future", (1, 1)),
    (replace(FULL, reactions=FULL.reactions[1:]), "C.1.7", "not_serious", ()),
    (replace(FULL, reactions=()), "E.i.1.1a", "no_reaction", ()),
    (replace(FULL, products=FULL.products[1:]), "G.k.1", "no_suspect", ()),
]  # fmt: skip


@pytest.mark.parametrize(("report", "number", "code", "at"), CASES, ids=[f"{c[1]}-{c[2]}" for c in CASES])
def test_a_problem_is_named_by_its_element_and_place(report, number, code, at):
    assert (number, code, at) in [problem[:3] for problem in problems(report, on=TODAY)]


def test_the_longest_text_that_may_stand_has_no_problem():
    assert problems(with_dosage(lot="L" * 35), on=TODAY) == ()


def test_too_long_says_how_long_it_is_and_how_long_it_may_be():
    assert Problem("G.k.4.r.7", "too_long", (1, 1), "36", "35") in problems(
        with_dosage(lot="L" * 36), on=TODAY
    )


def test_a_moment_without_its_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        moment(datetime(2026, 11, 20, 10, 30))  # noqa: DTZ001


def test_every_element_has_its_name_in_both_languages():
    assert all(element.en and element.fr for element in table().values())


@settings(deadline=None)
@given(text=st.text(min_size=1, max_size=200), tests=st.text(max_size=50))
def test_whatever_has_no_problem_is_written_as_sound_xml_and_comes_back(text, tests):
    report = replace(FULL, narrative=text, tests=tests)
    if problems(report, on=TODAY):
        return
    told = etree.fromstring(e2b.message(report)).find(
        ".//{urn:hl7-org:v3}investigationEvent/{urn:hl7-org:v3}text"
    )
    assert (told.text or "").replace("\r", "\n") == report.story.replace("\r\n", "\n").replace("\r", "\n")
