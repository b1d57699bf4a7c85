"""The elements of ICH E2B(R3) that a report fills, in the order of the standard, each with what it says.

`elements.toml` holds their table: the greatest length, whether they must be there, and which values may stand.
Source: ICH E2B(R3) Implementation Guide; FDA, "FDA E2B(R3) Core and Regional Data Elements and Business Rules".
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from wheal.quantities import plain
from wheal.reports.case import (
    ACTIONS,
    LANGUAGES,
    OUTCOMES,
    QUALIFICATIONS,
    ROLES,
    SEXES,
    Criterion,
    Dosage,
    Party,
    Product,
    Reaction,
    SafetyReport,
)


class Told(NamedTuple):
    """`at`: which reaction, product, dosage of it, counted from 1. `value`: "" is nothing said."""

    number: str
    value: str
    at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    en: str
    fr: str
    longest: int | None = None
    required: bool = False
    values: tuple[str, ...] = ()
    pattern: str = ""


CRITERIA: Final[dict[Criterion, str]] = {
    "death": "E.i.3.2a",
    "life_threatening": "E.i.3.2b",
    "hospital": "E.i.3.2c",
    "disability": "E.i.3.2d",
    "birth_defect": "E.i.3.2e",
    "other_important": "E.i.3.2f",
    "intervention": "FDA.E.i.3.2h",
}


@cache
def table() -> dict[str, Element]:
    text = resources.files("wheal.reports").joinpath("elements.toml").read_text(encoding="utf-8")
    return {
        number: Element(**{**row, "values": tuple(row.get("values", ()))})
        for number, row in tomllib.loads(text).items()
    }


def told(report: SafetyReport) -> tuple[Told, ...]:
    return (
        *_header(report),
        *_party("C.2.r", report.reporter, report.qualification),
        *_sender(report.sender),
        *_patient(report),
        *(each for at, one in enumerate(report.reactions, 1) for each in _reaction(report, one, at)),
        *(each for at, one in enumerate(report.products, 1) for each in _product(one, at)),
        *_opinions(report),
        Told("H.1", report.story),
        Told("H.2", report.reporter_comment),
        Told("H.4", report.sender_comment),
    )


def moment(value: datetime) -> str:
    """CCYYMMDDhhmmss+ZZzz; a moment without its offset is refused."""
    if value.tzinfo is None:
        raise ValueError("a moment in a report needs its offset from UTC")
    return value.strftime("%Y%m%d%H%M%S%z")


def day(value: date | None) -> str:
    return value.strftime("%Y%m%d") if value else ""


def _header(report: SafetyReport) -> Iterator[Told]:
    yield Told("N.1.1", "1")
    yield Told("N.1.2", report.number)
    yield Told("N.1.3", report.sender_id)
    yield Told("N.1.4", report.receiver.batch)
    yield Told("N.1.5", moment(report.created_at))
    yield Told("N.2.r.1", report.number)
    yield Told("N.2.r.2", report.sender_id)
    yield Told("N.2.r.3", report.receiver.message)
    yield Told("N.2.r.4", moment(report.created_at))
    yield Told("C.1.1", report.number)
    yield Told("C.1.2", moment(report.created_at))
    yield Told("C.1.3", "1")  # a spontaneous report
    yield Told("C.1.4", day(report.first_received))
    yield Told("C.1.5", day(report.latest))
    yield Told("C.1.6.1", "false")
    yield Told("C.1.7", _truth(report.expedited))
    if report.receiver.is_fda:
        yield Told("FDA.C.1.7.1", "1" if report.expedited else "2")  # rules R0014 and R0015
    yield Told("C.1.8.1", report.number)
    yield Told("C.1.8.2", "2")  # the first sender is not a regulator
    yield Told("C.1.11.1", "2" if report.amends else "")
    yield Told("C.1.11.2", report.amends)
    if report.receiver.is_fda:
        yield Told("FDA.C.1.12", "false")  # no combination product


def _party(prefix: str, party: Party, qualification: str) -> Iterator[Told]:
    for number, value in zip(
        ("1.1", "1.2", "1.4", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"),
        (
            party.title, party.given, party.family, party.organisation, party.department, party.street,
            party.city, party.state, party.postcode, party.telephone,
        ),
        strict=True,
    ):  # fmt: skip
        yield Told(f"{prefix}.{number}", value)
    yield Told("FDA.C.2.r.2.8", party.email)
    yield Told(f"{prefix}.3", party.country)
    yield Told(f"{prefix}.4", QUALIFICATIONS[qualification])  # type: ignore[index]
    yield Told(f"{prefix}.5", "1")


def _sender(party: Party) -> Iterator[Told]:
    yield Told("C.3.1", "3")  # a health professional
    for number, value in (
        ("C.3.2", party.organisation), ("C.3.3.1", party.department), ("C.3.3.2", party.title),
        ("C.3.3.3", party.given), ("C.3.3.5", party.family), ("C.3.4.1", party.street), ("C.3.4.2", party.city),
        ("C.3.4.3", party.state), ("C.3.4.4", party.postcode), ("C.3.4.5", party.country),
        ("C.3.4.6", party.telephone), ("C.3.4.8", party.email),
    ):  # fmt: skip
        yield Told(number, value)


def _patient(report: SafetyReport) -> Iterator[Told]:
    patient = report.patient
    yield Told("D.1", patient.initials)
    yield Told("D.2.2a", "" if patient.age_years is None else str(patient.age_years))
    yield Told("D.2.2b", "" if patient.age_years is None else "a")
    yield Told("D.3", "" if patient.weight_kg is None else plain(patient.weight_kg))
    yield Told("D.4", "" if patient.height_cm is None else str(patient.height_cm))
    yield Told("D.5", SEXES[patient.sex] if patient.sex else "")
    yield Told("D.7.2", "None" if patient.history == "" else patient.history or "")


def _reaction(report: SafetyReport, reaction: Reaction, at: int) -> Iterator[Told]:
    rows = [
        ("E.i.1.1a", reaction.words),
        ("E.i.1.1b", LANGUAGES.get(reaction.language, "")),
        ("E.i.1.2", reaction.translation),
        ("E.i.2.1a", reaction.meddra_version),
        ("E.i.2.1b", reaction.meddra_code),
        *(
            (number, "true" if criterion in report.seriousness_of(reaction) else "")
            for criterion, number in CRITERIA.items()
            if report.receiver.is_fda or not number.startswith("FDA")
        ),
        ("E.i.4", day(reaction.began)),
        ("E.i.5", day(reaction.ended)),
        ("E.i.7", OUTCOMES[reaction.outcome]),
        ("E.i.8", "" if reaction.confirmed is None else _truth(reaction.confirmed)),
        ("E.i.9", reaction.country),
    ]
    return (Told(number, value, (at,)) for number, value in rows)


def _product(product: Product, at: int) -> Iterator[Told]:
    yield Told("G.k.1", ROLES[product.role], (at,))
    yield Told("G.k.2.1.1b", product.ndc, (at,))
    yield Told("G.k.2.2", product.name, (at,))
    for r, ingredient in enumerate(product.ingredients, 1):
        yield Told("G.k.2.3.r.1", ingredient.name, (at, r))
        if ingredient.strength:
            yield Told("G.k.2.3.r.3a", plain(ingredient.strength.value), (at, r))
            yield Told("G.k.2.3.r.3b", ingredient.strength.unit.code, (at, r))
    yield Told("G.k.2.4", product.obtained_in, (at,))
    yield Told("G.k.3.3", product.maker, (at,))
    for r, dosage in enumerate(product.dosages, 1):
        yield from _dosage(dosage, (at, r))
    yield Told("G.k.7.r.1", product.indication, (at,))
    yield Told("G.k.8", ACTIONS[product.action] if product.action else "", (at,))


def _dosage(dosage: Dosage, at: tuple[int, int]) -> Iterator[Told]:
    yield Told("G.k.4.r.1a", plain(dosage.dose.value) if dosage.dose else "", at)
    yield Told("G.k.4.r.1b", dosage.dose.unit.code if dosage.dose else "", at)
    yield Told("G.k.4.r.4", day(dosage.on), at)
    yield Told("G.k.4.r.5", day(dosage.on), at)
    yield Told("G.k.4.r.7", dosage.lot, at)
    yield Told("G.k.4.r.8", dosage.text, at)
    yield Told("G.k.4.r.10.1", dosage.route, at)


def _opinions(report: SafetyReport) -> Iterator[Told]:
    for at, opinion in enumerate(report.opinions, 1):
        yield Told("G.k.9.i.2.r.1", opinion.by, (at,))
        yield Told("G.k.9.i.2.r.2", opinion.method, (at,))
        yield Told("G.k.9.i.2.r.3", opinion.result, (at,))


def _truth(value: bool) -> str:
    return "true" if value else "false"
