"""From the record and what was typed to the case that a report tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from wheal import reports, screening
from wheal.clinic.patients.answers import as_last_said
from wheal.clinic.safety.authorities import products
from wheal.clinic.safety.authorities.models import Declaration
from wheal.clinic.safety.reactions.models import Reaction, newest
from wheal.knowledge import Knowledge
from wheal.reports import stored
from wheal.reports.case import Outcome

OUTCOMES: Mapping[str, Outcome] = {
    "worse": "not_recovered", "unchanged": "not_recovered", "better": "recovering", "resolved": "recovered",
    "resolved_with_marks": "sequelae", "fatal": "fatal", "not_known": "unknown",
}  # fmt: skip
SAYS = {"yes": True, "no": False}


def begun(reaction: Reaction, known: Knowledge) -> dict[str, Any]:
    """What a new report begins with; everything may be changed, nothing more is told than stands here."""
    clinic, language = reaction.clinic, _language(reaction.clinic.language)
    notes = [one.note for one in reaction.follow_ups.all() if one.note]
    treatments = [reaction.treatment, *(one.treatment for one in reaction.follow_ups.all())]
    return {
        "words": known.text(f"code.event_kinds.{reaction.kind}", language),
        "translation": known.text(f"code.event_kinds.{reaction.kind}", "en"),
        "narrative": "\n".join(part for part in (reaction.description, *notes, *treatments) if part),
        "tests": "\n".join(one.samples for one in reaction.follow_ups.all() if one.samples),
        "organisation": clinic.name[:60],
        "telephone": clinic.phone,
        "receiver": "fda" if clinic.jurisdiction == "US" else "other",
    }


def case_of(
    declaration: Declaration, known: Knowledge, *, language: str | None = None
) -> reports.SafetyReport:
    """As it was finished, or as it stands. `language` of substances and areas: the clinic's own where none is said."""
    speaks = _language(language or declaration.clinic.language)
    if declaration.report:
        return stored.from_json(declaration.report[speaks])
    return _as_it_stands(declaration, known, speaks)


def finished(declaration: Declaration, known: Knowledge) -> dict[str, Any]:
    """The whole case in every language that an authority reads here."""
    return {each: stored.as_json(_as_it_stands(declaration, known, each)) for each in ("en", "fr")}


def _as_it_stands(declaration: Declaration, known: Knowledge, speaks: str) -> reports.SafetyReport:
    reaction, told = declaration.reaction, declaration.told
    suspects = products.suspects(reaction, told.get("action") or None, speaks, known)
    indication = told.get("indication", "")
    party = _party(told, declaration.clinic.jurisdiction)
    return reports.SafetyReport(
        number=declaration.number,
        created_at=timezone.localtime(
            declaration.finished_at or timezone.now(), ZoneInfo(declaration.clinic.time_zone)
        ).replace(microsecond=0),
        first_received=reaction.reported_on,
        latest=max([reaction.reported_on, *(one.on for one in reaction.follow_ups.all())]),
        receiver=_receiver(told),
        sender_id=told.get("sender_id", ""),
        sender=party,
        reporter=replace(party, department=""),
        qualification=told.get("qualification") or "physician",
        patient=_patient(declaration),
        reactions=(_reaction(declaration),),
        products=(
            *(replace(one, indication=indication) for one in suspects),
            *(products.concomitants(reaction, speaks, known) if told.get("tell_medicines") else ()),
        ),
        devices=products.devices(reaction) if told.get("tell_devices") else (),
        narrative=told.get("narrative", ""),
        expedited=bool(told.get("expedited")),
        tests=told.get("tests", ""),
        product_kept=SAYS.get(told.get("product_kept", "")),
        abated=_answered(reaction, "better_on_stopping"),
        reappeared=_answered(reaction, "back_on_repeating"),
        opinions=_opinions(reaction, suspects, known),
        reporter_comment=told.get("reporter_comment", ""),
        sender_comment=told.get("sender_comment", ""),
        amends=told.get("amends", "") if declaration.amends_id else "",
    )


def _receiver(told: Mapping[str, Any]) -> reports.Receiver:
    if told.get("receiver") == "fda":
        return reports.FDA
    name = told.get("receiver_id", "")
    return reports.Receiver(name, name)


def _party(told: Mapping[str, Any], country: str) -> reports.Party:
    fields = (
        "organisation",
        "title",
        "given",
        "family",
        "street",
        "city",
        "state",
        "postcode",
        "telephone",
        "email",
    )
    return reports.Party(**{field: told.get(field, "") for field in fields}, country=country)


def _patient(declaration: Declaration) -> reports.Patient:
    reaction, told = declaration.reaction, declaration.told
    patient = reaction.patient
    tied = [tie.session for tie in reaction.ties.all() if tie.taken_back_at is None]
    session = max(tied, key=lambda one: one.planned_for, default=None)
    history = "" if told.get("history_none") else told.get("history") or None
    return reports.Patient(
        initials=told.get("initials", ""),
        age_years=screening.age(patient.birth_date, reaction.counted_from),
        sex=patient.sex if patient.sex in ("female", "male") else None,
        weight_kg=session.weight_kg if session else None,
        height_cm=_height(session.history.answers if session and session.history else {}),
        history=history,
    )


def _height(answers: Mapping[str, Any]) -> int | None:
    height = as_last_said(answers.get("height"))
    return round(Decimal(str(height))) if height not in (None, "") else None


def _reaction(declaration: Declaration) -> reports.Reaction:
    reaction, told = declaration.reaction, declaration.told
    language = _language(declaration.clinic.language)
    judged = newest(reaction.assessments.all())
    return reports.Reaction(
        key=products.key_of(reaction),
        words=told.get("words", ""),
        language=language,
        outcome=OUTCOMES[reaction.course],
        seriousness=frozenset(judged.serious) if judged else frozenset(),
        meddra_code=told.get("meddra_code", ""),
        meddra_version=told.get("meddra_version", ""),
        translation=told.get("translation", "") if language != "en" else "",
        began=reaction.onset,
        ended=reaction.over_on if reaction.course in ("resolved", "resolved_with_marks") else None,
        confirmed=any(one.by_physician for one in reaction.follow_ups.all())
        or bool(reaction.looked_at)
        or None,
        country=declaration.clinic.jurisdiction,
        is_judged=judged is not None,
        fatal_by=reaction.over_on if reaction.course == "fatal" else None,
    )


def _answered(reaction: Reaction, item: str) -> bool | None:
    """What the newest judgement says to an item of Naranjo."""
    judged = newest(reaction.assessments.all())
    return SAYS.get(judged.naranjo.get(item, "")) if judged else None


def _opinions(
    reaction: Reaction, suspects: tuple[reports.Product, ...], known: Knowledge
) -> tuple[reports.Opinion, ...]:
    """The newest judgement, of each suspect product: one by each method that was used."""
    judged = newest(reaction.assessments.all())
    if judged is None:
        return ()
    found = [("WHO-UMC", judged.who_umc)] if judged.who_umc else []
    if judged.points is not None:
        found.append(("Naranjo 1981", f"{judged.points} ({judged.band})"))
    return tuple(
        reports.Opinion(product.key, products.key_of(reaction), "Reporter", method, result)
        for product in suspects
        for method, result in found
    )


def _language(code: str) -> str:
    return code if code in ("en", "fr") else "en"
