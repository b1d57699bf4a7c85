"""What may not be given is seen where one mixes and where one injects, whichever step mends it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

import people
from clinic.treatments.conftest import again, agree, as_, draw
from wheal.clinic.stock import actions as stock
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import Session

GTIN = "09506000134352"


@pytest.fixture
def edta(clinic, alice):
    salt = stock.NewProduct("Edetate", "edta_disodium", Decimal(150), "mg/mL", "single_dose", Decimal(20))
    product = stock.add_product(clinic=clinic, product=salt, by=alice)
    product.gtin = GTIN
    product.save()
    expires = people.today() + timedelta(days=90)
    return stock.receive(product=product, number="E-1", expires=expires, containers=9, by=alice)


def page(session: Session, step: str, by, **asked: str):
    return as_(by).get(f"/sessions/{session.pk}/{step}/", asked)


def states(answer) -> dict[str, str]:
    return {step.code: step.state for step in answer.context["steps"]}


def about(rows) -> set[tuple[str, str, str]]:
    return {(row.code, row.about, row.severity) for row in rows}


def test_what_kills_is_said_on_the_bench_before_a_point_is_drawn(planned, history, edta, alice, known):
    """Scanned, it is said before the needle is in it; drawn, the step is refused, and the map says it too."""
    agree(planned, alice, known)
    scanned = page(planned, "mix", alice, code=f"01{GTIN}10E-1")
    assert "cardiac arrest" in scanned.content.decode()
    assert states(scanned)["mix"] == "not_begun"
    draw(again(planned), edta, alice)
    bench = page(planned, "mix", alice)
    assert ("consent_does_not_cover", "edta_disodium", "stop") in about(bench.context["against"])
    assert "cardiac arrest" in bench.content.decode()
    assert states(bench)["mix"] == "refused"
    actions.add_pass(session=again(planned), by=alice, known=known)
    needle = page(planned, "inject", alice)
    assert about(needle.context["stops"]) >= {("consent_does_not_cover", "edta_disodium", "stop")}
    assert "cardiac arrest" in needle.content.decode().split('class="map-stop')[1].split("</details>")[0]
    for found in (bench.context["against"], needle.context["stops"], needle.context["warnings"]):
        assert "cardiac arrest" in found[0].message["en"]  # before what the consent lacks


def test_what_was_drawn_and_is_given_to_nobody_stands_against_no_signature(ready, edta, alice, known):
    draw(ready, edta, alice)
    assert states(page(ready, "mix", alice))["mix"] == "refused"
    assert actions.sign_off(session=again(ready), by=alice, known=known).is_signed


@pytest.mark.parametrize(
    ("answers", "severity", "banner", "mix"),
    [
        ({"pregnant": True}, "stop", 'class="map-stop"', "refused"),
        ({"blood_thinners": ["warfarin"]}, "refer", 'class="map-stop is-refer"', "complete"),
        ({}, None, 'id="map-stop">\n</div>', "complete"),
    ],
)
def test_a_stop_and_a_referral_about_the_person_stand_over_the_map_and_on_the_bench(
    ready, patient, alice, answers, severity, banner, mix
):
    if answers:
        people.completed_history(patient, alice, people.healthy_answers(answers))
    needle, bench = page(ready, "inject", alice), page(ready, "mix", alice)
    assert {row.severity for row in bench.context["against"]} >= {severity} - {None}
    shown = needle.content.decode()
    assert ('class="map-stop' in shown) is bool(severity)
    assert severity is None or banner in shown
    assert states(needle)["mix"] == states(needle)["inject"] == states(bench)["mix"] == mix
    assert {row.severity for row in needle.context["warnings"]} >= {severity} - {None}


def test_of_a_pair_that_no_text_is_held_on_the_bench_says_so(planned, anaesthetic, clinic, alice):
    """That nobody has shown it is no leave."""
    biotin = stock.NewProduct("Biotin", "biotin", Decimal(5), "mg/mL", "single_dose", Decimal(2))
    product = stock.add_product(clinic=clinic, product=biotin, by=alice)
    expires = people.today() + timedelta(days=90)
    lot = stock.receive(product=product, number="B-1", expires=expires, containers=9, by=alice)
    mix = draw(planned, anaesthetic, alice, "2")
    assert "Nothing is held on whether these" not in page(planned, "mix", alice).content.decode()
    actions.add_component(mix=mix, lot=lot, volume_ml=Decimal(1), by=alice)
    assert page(planned, "mix", alice).context["mixes"][0]["pairs_not_held"] == (("biotin", "lidocaine"),)
    assert "Nothing is held on whether these" in page(planned, "mix", alice).content.decode()


@pytest.fixture
def forbidden(booked, history, clinic, alice):
    """Planned in a country that forbids it, and on the shelf beside what it allows."""
    for name, number in (("phosphatidylcholine_deoxycholate", "P-1"), ("deoxycholic_acid", "D-1")):
        vial = stock.NewProduct(name, name, Decimal(10), "mg/mL", "single_dose", Decimal(5))
        product = stock.add_product(clinic=clinic, product=vial, by=alice)
        expires = people.today() + timedelta(days=20 if number == "P-1" else 90)
        stock.receive(product=product, number=number, expires=expires, containers=9, by=alice)
    actions.save_plan(
        session=booked, by=alice, purpose="fat", area="submental", technique="point_by_point",
        substances=["phosphatidylcholine_deoxycholate", "deoxycholic_acid"], sessions=4, price=Decimal(1200),
        currency="USD",
    )  # fmt: skip
    return again(booked)


UNLAWFUL = ("substance_not_lawful", "phosphatidylcholine_deoxycholate", "stop")


def test_a_forbidden_plan_is_refused_and_seen_wherever_one_agrees_and_mixes(forbidden, alice, known):
    """Before anything is drawn: a step at which a stop is mended is not complete while it stands."""
    plan, consent = page(forbidden, "plan", alice), page(forbidden, "consent", alice)
    assert UNLAWFUL in about(plan.context["early"])
    assert UNLAWFUL in about(consent.context["forbids"])
    assert "may not be injected in the United States" in consent.content.decode()
    with pytest.raises(actions.DraftRefused, match="may not be carried out"):
        agree(forbidden, alice, known)
    bench = page(forbidden, "mix", alice)
    assert UNLAWFUL in about(bench.context["against"])
    assert [(row.lot.number, row.forbidden) for row in bench.context["lots"]] == [
        ("D-1", False),
        ("P-1", True),
    ]
    assert bench.content.decode().count("a stop stands against it") == 0, "no syringe is begun"
    for step in (plan, consent, bench):
        assert (states(step)["plan"], states(step)["mix"]) == ("refused", "not_begun")
    actions.add_mix(session=again(forbidden), by=alice)
    assert page(forbidden, "mix", alice).content.decode().count("a stop stands against it") == 1
    opened = as_(alice).get(f"/sessions/{forbidden.pk}/")
    assert opened.url.endswith("/plan/")


def test_what_is_planned_and_given_to_nobody_stands_against_no_signature(forbidden, alice):
    """It goes on being told; what is given is judged."""
    assert UNLAWFUL not in about(page(forbidden, "sign", alice).context["judgement"].refusals)


def test_a_plan_for_somebody_of_whom_too_little_is_known_is_not_shown_as_clear(planned, alice):
    shown = page(planned, "plan", alice).content.decode().split('id="plan-judged"')[1].split("</aside>")[0]
    assert "facts about the patient are missing" in shown
    assert "is-unknown" in shown
    assert "is-clear" not in shown
