"""What FDA's Form 3500 (MedWatch, voluntary) asks, filled in for one case. In English: the form knows no other.

Source: FDA, Form 3500 and "Instructions for Completing Form FDA 3500". FDA numbers blocks anew from edition to edition,
so the sections here carry the form's words, and the letters of its present order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from wheal.quantities import plain
from wheal.reports.case import (
    Action,
    Criterion,
    Device,
    Dosage,
    Outcome,
    Product,
    Qualification,
    SafetyReport,
)
from wheal.reports.sheet import Row, Section, whole

UNKNOWN: Final = "UNK"  # as the instructions ask
NO_INFORMATION: Final = "NI"
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CRITERIA: Final[Mapping[Criterion, str]] = {
    "death": "Death",
    "life_threatening": "Life-threatening",
    "hospital": "Hospitalization (initial or prolonged)",
    "disability": "Disability or permanent damage",
    "birth_defect": "Congenital anomaly/birth defect",
    "intervention": "Required intervention to prevent permanent impairment/damage",
    "other_important": "Other serious or important medical events",
}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    "recovered": "recovered", "recovering": "recovering", "not_recovered": "not recovered",
    "sequelae": "recovered with sequelae", "fatal": "fatal", "unknown": "unknown",
}  # fmt: skip
STOPPED: Final[Mapping[Action, str]] = {
    "withdrawn": "Treatment stopped", "reduced": "Dose reduced", "increased": "Dose increased",
    "not_changed": "Not changed", "unknown": UNKNOWN, "not_applicable": "Doesn't apply",
}  # fmt: skip
OCCUPATIONS: Final[Mapping[Qualification, str]] = {
    "physician": "Physician", "pharmacist": "Pharmacist", "other_professional": "Other health professional",
    "lawyer": "Lawyer", "consumer": "Consumer or other non health professional",
}  # fmt: skip


def sections(report: SafetyReport) -> tuple[Section, ...]:
    others = [product for product in report.products if product.role == "concomitant"]
    return (
        Section("A. Patient information", _patient(report)),
        Section("B. Adverse event", _event(report)),
        Section(
            "C. Product availability",
            (("Product available for evaluation?", _yes_or_no(report.product_kept)),),
        ),
        *(
            Section(f"D. Suspect product #{number}", (*_product(product), *_stopped_and_again(report)))
            for number, product in enumerate(report.suspects, 1)
        ),
        *(
            Section(f"E. Suspect medical device #{number}", _device(device))
            for number, device in enumerate(report.devices, 1)
        ),
        *([] if report.devices else [Section("E. Suspect medical device", (("Devices", "none named"),))]),
        Section(
            "F. Other (concomitant) medical products",
            tuple((product.name, _days(product)) for product in others) or (("Products", NO_INFORMATION),),
        ),
        Section("G. Reporter", _reporter(report)),
    )


def _patient(report: SafetyReport) -> tuple[Row, ...]:
    patient = report.patient
    return (
        ("Patient identifier (in confidence)", patient.initials or "withheld"),
        ("Age at time of event", whole(patient.age_years, "years", UNKNOWN)),
        ("Sex", patient.sex or UNKNOWN),
        ("Weight", whole(plain(patient.weight_kg), "kg", UNKNOWN) if patient.weight_kg else UNKNOWN),
        ("Ethnicity and race", UNKNOWN),
    )


def _event(report: SafetyReport) -> tuple[Row, ...]:
    begun = min((one.began for one in report.reactions if one.began), default=None)
    serious = {criterion for one in report.reactions for criterion in one.seriousness}
    told = [f"[{'x' if criterion in serious else ' '}] {words}" for criterion, words in CRITERIA.items()]
    if not serious and not all(one.is_judged for one in report.reactions):
        told.append("Seriousness not judged yet")
    described = [
        f"{one.translation or one.words} (outcome: {OUTCOMES[one.outcome]})" for one in report.reactions
    ]
    comments = report.comments("Reporter’s comment", "Comment for the authority")
    history = report.patient.history
    return (
        ("Type of report", "Adverse event"),
        ("Outcome attributed to adverse event", "\n".join(told)),
        ("Date of death", _death(report)),
        ("Date of event", day(begun, UNKNOWN)),
        ("Date of this report", day(report.created_at.date(), UNKNOWN)),
        ("Describe event", "\n".join([*described, report.narrative, *comments])),
        ("Relevant tests/laboratory data, including dates", report.tests or NO_INFORMATION),
        ("Other relevant history", NO_INFORMATION if history is None else history or "none"),
    )


def _death(report: SafetyReport) -> str:
    """The record holds by when a death was known, not its day."""
    if not any("death" in one.seriousness or one.outcome == "fatal" for one in report.reactions):
        return "Doesn't apply"
    known = min((one.fatal_by for one in report.reactions if one.fatal_by), default=None)
    return f"{UNKNOWN}; told as fatal on {day(known, UNKNOWN)}" if known else UNKNOWN


def _stopped_and_again(report: SafetyReport) -> tuple[Row, ...]:
    """Judged of the reaction, so told of each suspect product."""
    return (
        ("Event abated after use stopped or dose reduced?", _yes_or_no(report.abated)),
        ("Event reappeared after reintroduction?", _yes_or_no(report.reappeared)),
    )


def _yes_or_no(it: bool | None) -> str:
    return UNKNOWN if it is None else "Yes" if it else "No"


def _product(product: Product) -> tuple[Row, ...]:
    strengths = [f"{one.name} {one.strength}" if one.strength else one.name for one in product.ingredients]
    return (
        ("Name and strength", "\n".join([product.name, *strengths])),
        ("Manufacturer", product.maker or UNKNOWN),
        ("NDC #", product.ndc or UNKNOWN),
        ("Lot # · Expiration date", "\n".join(_lots(product)) or UNKNOWN),
        ("Dose or amount · Route · Dates of use", "\n".join(map(_given, product.dosages)) or UNKNOWN),
        ("Diagnosis or reason for use", product.indication or UNKNOWN),
        ("Action taken", STOPPED[product.action] if product.action else UNKNOWN),
    )


def _lots(product: Product) -> list[str]:
    seen = {f"{one.lot or UNKNOWN} · {day(one.expires, UNKNOWN)}" for one in product.dosages}
    return sorted(seen)


def _given(dosage: Dosage) -> str:
    parts = (str(dosage.dose) if dosage.dose else UNKNOWN, dosage.route or UNKNOWN, day(dosage.on, UNKNOWN))
    return " · ".join(part for part in (*parts, dosage.text) if part)


def _device(device: Device) -> tuple[Row, ...]:
    """What the record does not hold (product code, model, catalog number) is told as unknown, not left out."""
    return (
        ("Brand name", device.name),
        ("Common device name · Product code", f"{device.kind or UNKNOWN} · {UNKNOWN}"),
        ("Manufacturer name, city and state", device.maker or UNKNOWN),
        ("Model # · Catalog #", f"{UNKNOWN} · {UNKNOWN}"),
        ("Lot # · Serial #", f"{device.lot or UNKNOWN} · {device.serial or UNKNOWN}"),
        ("Expiration date", day(device.expires, UNKNOWN)),
        ("Unique identifier (UDI) #, as far as it is held", device.identifier or UNKNOWN),
        ("Operator of device", "Health professional"),
        ("Date of use", ", ".join(day(one, UNKNOWN) for one in device.used_on) or UNKNOWN),
        ("If implanted or explanted, date", "Doesn't apply"),
        ("Single-use device reprocessed and reused on a patient?", UNKNOWN),
    )


def day(value: date | None, unknown: str) -> str:
    """As FDA's forms ask for it: 20-Nov-2026."""
    return f"{value.day:02}-{MONTHS[value.month - 1]}-{value.year}" if value else unknown


def _days(product: Product) -> str:
    return ", ".join(day(one.on, UNKNOWN) for one in product.dosages) or UNKNOWN


def _reporter(report: SafetyReport) -> tuple[Row, ...]:
    who = report.reporter
    return (
        ("Name", " ".join(part for part in (who.title, who.given, who.family) if part) or UNKNOWN),
        ("Address", _address(report)),
        ("Phone", who.telephone or UNKNOWN),
        ("Email", who.email or UNKNOWN),
        ("Health professional?", "No" if report.qualification in ("consumer", "lawyer") else "Yes"),
        ("Occupation", OCCUPATIONS[report.qualification]),
    )


def _address(report: SafetyReport) -> str:
    who = report.reporter
    parts = (who.organisation, who.street, f"{who.city} {who.state} {who.postcode}".strip(), who.country)
    return ", ".join(" ".join(part.split()) for part in parts if part.strip()) or UNKNOWN
