"""Is this person a candidate today, and why. Silence is never consent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from pydantic import with_config

from wheal.conditions import Answer, Facts
from wheal.findings import FACT_MISSING, OWN_RULE, Figures, Finding, fact_missing, find
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Rule
from wheal.knowledge.values import CLOSED
from wheal.reading import Code, Codes, Day, Positive, YesNo


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Patient:
    """None means not known; an empty tuple means asked, none."""

    birth_date: Day
    sex: Code
    weight_kg: Positive | None = None
    height_cm: Positive | None = None
    pregnant: YesNo | None = None
    breastfeeding: YesNo | None = None
    allergies: Codes | None = None
    conditions: Codes | None = None
    medications: Codes | None = None


_NOT_PLANNED_YET: Final = frozenset(("purpose", "area", "technique", "prepared_by"))


def age(birth_date: date, on: date) -> int:
    """In whole years; who was born on 29 February is a year older on 1 March."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def body_mass_index(patient: Patient) -> Decimal | None:
    """kg/m2, or None where weight or height is not known."""
    if patient.weight_kg is None or patient.height_cm is None:
        return None
    return patient.weight_kg * 10_000 / (patient.height_cm * patient.height_cm)


def answers(patient: Patient, *, on: date) -> dict[str, Answer]:
    """Pregnancy and breast feeding need no answer where the sex is male; a yes is a yes all the same."""
    unasked = False if patient.sex == "male" else None
    return {
        "sex": patient.sex,
        "age_years": age(patient.birth_date, on),
        "bmi": body_mass_index(patient),
        "weight_kg": patient.weight_kg,
        "height_cm": patient.height_cm,
        "pregnant": unasked if patient.pregnant is None else patient.pregnant,
        "breastfeeding": unasked if patient.breastfeeding is None else patient.breastfeeding,
    }


def facts(
    patient: Patient,
    *,
    on: date,
    plan: Mapping[str, str | None],
    measured: Mapping[str, Answer],
    substances: frozenset[str],
    known: Knowledge,
    vehicles: Mapping[str, frozenset[str]] | None = None,
) -> Facts:
    """What the conditions of the rules are asked about: this person, this plan, what is in the mix."""
    return Facts(
        answers={**answers(patient, on=on), **measured},
        conditions=_listed(patient.conditions),
        allergies=_listed(patient.allergies),
        medications=_listed(patient.medications),
        plan=plan,
        substances=substances,
        members=known.members(substances),
        vehicles=vehicles or {},
    )


def _listed(codes: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if codes is None else frozenset(codes)


def screen(
    rules: Iterable[Rule], given: Facts, *, on: date, known: Knowledge, substance: str = ""
) -> Iterator[Finding]:
    """Apply every rule. One whose facts are missing yields `fact_missing`, so that a half-filled history
    can postpone a treatment and never clear one.

    `substance` is the one in whose file the rules stand: what findings are about where no fact says more.
    """
    country = given.plan.get("jurisdiction")
    figures = Figures(substance=substance or None, jurisdiction=country)
    for rule in rules:
        verdict = rule.check(given)
        if verdict.truth is False or not _in_force(rule, country, on):
            continue
        yield from (fact_missing(known, fact, rule.sources) for fact in sorted(verdict.missing))
        if verdict.truth:
            about = (rule.about,) if rule.about else verdict.abouts or (substance or rule.code,)
            wording = f"rule.{rule.code}"
            for one in about:
                yield find(
                    known,
                    rule.code,
                    rule.severity,
                    one,
                    rule.sources,
                    figures=figures,
                    wording=wording,
                    waits=rule.waits,
                )


def _in_force(rule: Rule, country: str | None, on: date) -> bool:
    if rule.jurisdictions and country not in rule.jurisdictions:
        return False
    return not (rule.since and on < rule.since) and not (rule.until and on > rule.until)


def screen_person(
    patient: Patient, *, on: date, jurisdiction: str, purpose: str | None, known: Knowledge
) -> list[Finding]:
    """Before anything is planned: the rules for all. What only a plan can answer is not asked for yet."""
    plan = {"jurisdiction": jurisdiction, "purpose": purpose}
    given = facts(patient, on=on, plan=plan, measured={}, substances=frozenset(), known=known)
    found = [*screen(known.screening.values(), given, on=on, known=known), *unknown_codes(patient, known)]
    return [one for one in found if not (one.code == "fact_missing" and one.about in _NOT_PLANNED_YET)]


def least_data(asked: Iterable[str], unanswered: Iterable[str], known: Knowledge) -> Iterator[Finding]:
    """What no rule reads and what is asked of everybody all the same: nobody is cleared without it.

    `asked`: questions that were answered with "not known"; `unanswered`: those that nobody has asked, or not today. The
    first goes to a physician, the second is asked first.
    """
    for name in (name for name in unanswered if known.questions[name].needed):
        sources, wording = known.questions[name].sources, f"least.{name}"
        yield find(known, FACT_MISSING, "caution", name, sources, wording=wording)
    for name in (name for name in asked if known.questions[name].needed):
        yield find(known, "least_data_not_known", "refer", name, known.questions[name].sources)


def own_allergies(patient: Patient, substances: frozenset[str], known: Knowledge) -> Iterator[Finding]:
    """An allergy written down under the name of something in the mix, or of what that holds, is an allergy to it.

    One to something akin to it goes to a physician: another of its class, or a product in which it may have been the
    cause.
    """
    named = frozenset(patient.allergies or ())
    for code in sorted(substances):
        held = _contains(code, known) & named
        akin = {other for other in named - {code} if _are_akin(code, other, known)}
        if code in named:
            yield find(known, "allergy_to_ingredient", "stop", code, OWN_RULE)
        elif held:
            figures, wording = Figures(substance=min(held)), "finding.allergy_to_contained"
            yield find(
                known, "allergy_to_ingredient", "stop", code, OWN_RULE, figures=figures, wording=wording
            )
        elif akin:
            figures = Figures(substance=min(akin))
            yield find(known, "reaction_to_related", "refer", code, OWN_RULE, figures=figures)


def _contains(code: str, known: Knowledge) -> frozenset[str]:
    return frozenset(known.substances[code].contains) if code in known.substances else frozenset()


def _are_akin(code: str, other: str, known: Knowledge) -> bool:
    if code not in known.substances or other not in known.substances:
        return False
    same_class = set(known.substances[code].groups) & set(known.substances[other].groups)
    return bool(same_class) or code in _contains(other, known)


def unknown_codes(patient: Patient, known: Knowledge) -> Iterator[Finding]:
    """What a person has or takes and the knowledge does not hold goes to a physician, named by the clinic or not."""
    words = known.vocabulary
    given = (
        (("allergies", "substances"), patient.allergies, {*words.allergies, *known.substances}),
        (("conditions",), patient.conditions, words.conditions),
        (("medications",), patient.medications, words.medications),
    )
    for groups, codes, held in given:
        for code in sorted(set(codes or ())):
            if code not in held:
                yield unknown_code(code, known)
            elif any(known.is_of_the_clinic(group, code) for group in groups):
                yield code_of_the_clinic(code, known)


def code_of_the_clinic(code: str, known: Knowledge) -> Finding:
    return find(known, "code_of_the_clinic", "refer", code, OWN_RULE)


def strange_substances(codes: Iterable[str], known: Knowledge) -> Iterator[Finding]:
    """What is not held, or by a clinic's word alone."""
    for code in sorted(set(codes)):
        if code not in known.substances:
            yield unknown_code(code, known)
        elif known.is_of_the_clinic("substances", code):
            yield code_of_the_clinic(code, known)


def unknown_code(code: str, known: Knowledge) -> Finding:
    return find(known, "unknown_code", "refer", code, OWN_RULE)
