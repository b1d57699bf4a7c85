"""The two forms tell what the case tells, and say where nothing is known."""

from dataclasses import replace
from datetime import date

import pytest
from lxml import etree

from reports.a_case import FULL, LEAST, TODAY
from wheal.reports import Device, declaration, e2b, medwatch
from wheal.reports.elements import told
from wheal.reports.rules import problems


def as_text(sections) -> str:
    return "\n".join(
        f"{section.title}\n" + "\n".join(f"{a}: {b}" for a, b in section.rows) for section in sections
    )


@pytest.mark.parametrize(
    "words",
    [
        "Lot # · Expiration date: A0 · UNK\nA1(17) · 31-Jan-2027",
        "Name and strength: Deoxycholic acid injection\ndeoxycholic acid 10 mg/mL",
        "80 mg · subcutaneous · 20-Oct-2026 · 40 points of 0.2 mL",
        "[x] Required intervention to prevent permanent impairment/damage",
        "[x] Other serious or important medical events",
        "[ ] Death",
        "Date of event: 10-Nov-2026",
        "Product available for evaluation?: Yes",
        "Weight: 62.5 kg",
        "Levothyroxine: UNK",
        "Occupation: Physician",
        "Address: Clinic of the Meadow, 1 Meadow Way, Meadowton CT 06000, US",
    ],
)
def test_medwatch_tells(words):
    assert words in as_text(medwatch.sections(FULL))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "Type of report: Adverse event"),
        ({}, "Date of death: Doesn't apply"),
        (
            {"outcome": "fatal", "fatal_by": date(2026, 11, 12)},
            "Date of death: UNK; told as fatal on 12-Nov-2026",
        ),
        ({"seriousness": frozenset({"death"})}, "Date of death: UNK\n"),
        ({}, "Event abated after use stopped or dose reduced?: Yes"),
        ({}, "Event reappeared after reintroduction?: No"),
    ],
)
def test_medwatch_tells_deaths_and_what_stopping_and_giving_again_did(changed, words):
    told = replace(FULL, reactions=(replace(FULL.reactions[0], **changed),), abated=True, reappeared=False)
    assert words in as_text(medwatch.sections(told))


def test_what_nobody_judged_about_stopping_is_told_as_unknown():
    told = as_text(medwatch.sections(FULL))
    assert "dose reduced?: UNK" in told
    assert "reintroduction?: UNK" in told


@pytest.mark.parametrize(
    "words",
    [
        "Numéro de lot: A0, A1(17)",
        "Poids: 62,5 kg",
        "deoxycholic acid 10 mg/mL",
        "20/09/2026 · 64,5 mg",
        "[x] Autre situation médicale grave",
        "[ ] Non grave",
        "Évolution: sujet non encore rétabli",
        "Médicament associé 2",
        "Conduite à l’égard du produit: arrêté",
        "Qualité: médecin",
    ],
)
def test_the_french_declaration_tells(words):
    assert words in as_text(declaration.sections(FULL))


GUN = Device(
    "Injector U225", "Injection device", "Maker", serial="SN-9", expires=None, identifier="00312345678906",
    used_on=(date(2026, 10, 20),),
)  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "E. Suspect medical device #1\nBrand name: Injector U225",
        "Common device name · Product code: Injection device · UNK",
        "Lot # · Serial #: UNK · SN-9",
        "Unique identifier (UDI) #, as far as it is held: 00312345678906",
        "Operator of device: Health professional",
        "Date of use: 20-Oct-2026",
    ],
)
def test_medwatch_has_the_section_of_the_device_and_says_what_is_not_held(words):
    assert words in as_text(medwatch.sections(replace(FULL, devices=(GUN,))))
    assert "E. Suspect medical device\nDevices: none named" in as_text(medwatch.sections(FULL))


def test_nothing_is_left_blank_where_nothing_is_known():
    for sections in (medwatch.sections(LEAST), declaration.sections(LEAST)):
        assert all(value.strip() for section in sections for _label, value in section.rows)


def test_the_patient_is_withheld_unless_somebody_chose_to_name_initials():
    assert "Patient identifier (in confidence): withheld" in as_text(medwatch.sections(LEAST))
    assert "non communiqué" in as_text(declaration.sections(LEAST))


def test_a_reaction_that_meets_no_criterion_is_marked_as_not_serious():
    mild = replace(FULL, reactions=FULL.reactions[1:])
    assert "[x] Non grave" in as_text(declaration.sections(mild))


@pytest.mark.parametrize(
    ("paper", "field", "own", "for_them"),
    [
        (medwatch, "Describe event", "Reporter’s comment", "Comment for the authority"),
        (declaration, "Description de l’effet", "Commentaire du déclarant", "Commentaire pour l’autorité"),
    ],
)
def test_both_comments_stand_beneath_the_story_on_paper_too(paper, field, own, for_them):
    rows = dict(row for section in paper.sections(FULL) for row in section.rows)
    ending = (
        f"{own}: The lot has been quarantined.\n{for_them}: Two further patients of this lot are followed."
    )
    assert rows[field].endswith(f"It was drained.\n{ending}")
    assert for_them not in as_text(paper.sections(LEAST))


def test_a_treatment_needed_to_prevent_permanent_damage_is_serious_wherever_it_is_told():
    """Only FDA has a criterion of its own for it; elsewhere it is another medically important condition."""
    one = replace(FULL.reactions[0], seriousness=frozenset({"intervention"}))
    report = replace(FULL, reactions=(one,), receiver=LEAST.receiver)
    french = as_text(declaration.sections(report))
    assert "[x] Autre situation médicale grave" in french
    assert "[ ] Non grave" in french
    assert ("E.i.3.2f", "true", (1,)) in told(report)
    assert problems(report, on=TODAY) == ()
    sent = etree.fromstring(e2b.message(report))
    (value,) = sent.xpath(
        "//*[*[@displayName='otherMedicallyImportantCondition']]/*[local-name()='value']/@value"
    )
    assert value == "true"
    to_fda = told(replace(report, receiver=FULL.receiver))
    assert ("FDA.E.i.3.2h", "true", (1,)) in to_fda
    assert ("E.i.3.2f", "", (1,)) in to_fda


def test_the_french_declaration_calls_nothing_harmless_that_nobody_has_judged():
    def told(*, is_judged):
        one = replace(FULL.reactions[0], seriousness=frozenset(), is_judged=is_judged)
        return as_text(declaration.sections(replace(FULL, reactions=(one,))))

    assert "[x] Non grave" in told(is_judged=True)
    assert "[ ] Non grave\nGravité non évaluée" in told(is_judged=False)


def test_medwatch_says_that_nobody_has_judged_it():
    one = replace(FULL.reactions[0], seriousness=frozenset(), is_judged=False)
    assert "Seriousness not judged yet" in as_text(medwatch.sections(replace(FULL, reactions=(one,))))
    assert "Seriousness not judged yet" not in as_text(medwatch.sections(FULL))


def test_the_french_declaration_tells_every_day_as_it_is_written_there():
    told = as_text(declaration.sections(FULL))
    assert "Date de la déclaration: 20/11/2026" in told
    assert "Date de survenue: 10/11/2026" in told
