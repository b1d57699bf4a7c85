"""The patient and the reactions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wheal.quantities import plain
from wheal.reports import case
from wheal.reports.case import Reaction, SafetyReport
from wheal.reports.e2b.codes import (
    CATEGORIES,
    COUNTRIES,
    FDA_LISTS,
    ICH,
    MEDDRA,
    NCI,
    OBSERVATIONS,
    SEX_CODES,
)
from wheal.reports.e2b.products import product_node
from wheal.reports.e2b.values import boolean, coded, interval, measure, observation, text, true_or_nothing
from wheal.reports.elements import day
from wheal.reports.tree import Node, node

_CRITERIA: Final = {
    "death": ("34", "resultsInDeath"),
    "life_threatening": ("21", "isLifeThreatening"),
    "hospital": ("33", "requiresInpatientHospitalization"),
    "disability": ("35", "resultsInPersistentOrSignificantDisability"),
    "birth_defect": ("12", "congenitalAnomalyBirthDefect"),
    "other_important": ("26", "otherMedicallyImportantCondition"),
}


def patient_node(report: SafetyReport) -> Node:
    patient = report.patient
    person = node(
        "player1",
        node("name", patient.initials) if patient.initials else node("name", nullFlavor="MSK"),
        node("administrativeGenderCode", code=case.SEXES[patient.sex], codeSystem=SEX_CODES)
        if patient.sex
        else None,
        classCode="PSN",
        determinerCode="INSTANCE",
    )
    age = None if patient.age_years is None else measure(str(patient.age_years), "a")
    weight = None if patient.weight_kg is None else measure(plain(patient.weight_kg), "kg")
    height = None if patient.height_cm is None else measure(str(patient.height_cm), "cm")
    return node(
        "primaryRole",
        person,
        _subject("3", "age", age),
        _subject("7", "bodyWeight", weight),
        _subject("17", "height", height),
        *(_of_fda() if report.receiver.is_fda else ()),
        _history(patient.history),
        *(_reaction(report, reaction) for reaction in report.reactions),
        node(
            "subjectOf2",
            node(
                "organizer",
                node("code", code="4", codeSystem=CATEGORIES, displayName="drugInformation"),
                *(product_node(product) for product in report.products),
                classCode="CATEGORY",
                moodCode="EVN",
            ),
            typeCode="SBJ",
        ),
        classCode="INVSBJ",
    )


def _subject(code: str, name: str, value: Node | None, system: str = OBSERVATIONS) -> Node | None:
    if value is None:
        return None
    coded = node("code", code=code, codeSystem=system, displayName=name)
    return node("subjectOf2", observation(coded, value), typeCode="SBJ")


def _of_fda() -> Iterator[Node | None]:
    """Race and ethnicity are not recorded, so the message says that they are not known."""
    for code, name in (("C17049", "Race"), ("C16564", "Ethnic Group")):
        yield _subject(code, name, node("value", nullFlavor="UNK", **{"xsi:type": "CE"}), NCI)


def _history(history: str | None) -> Node:
    words = text("None" if history == "" else history)
    code = node("code", code="18", codeSystem=OBSERVATIONS, displayName="historyAndConcurrentConditionText")
    kind = node(
        "code", code="1", codeSystem=CATEGORIES, displayName="relevantMedicalHistoryAndConcurrentConditions"
    )
    inner = node("component", observation(code, words), typeCode="COMP")
    return node(
        "subjectOf2",
        node("organizer", kind, inner, classCode="CATEGORY", moodCode="EVN"),
        typeCode="SBJ",
    )


def _reaction(report: SafetyReport, reaction: Reaction) -> Node:
    words = node("originalText", reaction.words, language=case.LANGUAGES.get(reaction.language, ""))
    meddra = node(
        "value",
        words,
        code=reaction.meddra_code,
        codeSystem=MEDDRA,
        codeSystemVersion=reaction.meddra_version,
        **{"xsi:type": "CE"},
    )
    place = node("code", code=reaction.country, codeSystem=COUNTRIES)
    observation = node(
        "observation",
        node("id", root=reaction.key),
        node("code", code="29", codeSystem=OBSERVATIONS, displayName="reaction"),
        interval(day(reaction.began), day(reaction.ended)),
        meddra,
        node(
            "location",
            node(
                "locatedEntity",
                node("locatedPlace", place, classCode="COUNTRY", determinerCode="INSTANCE"),
                classCode="LOCE",
            ),
            typeCode="LOC",
        )
        if reaction.country
        else None,
        _fact("30", "reactionForTranslation", text(reaction.translation)) if reaction.translation else None,
        *_seriousness(report, reaction),
        _fact("27", "outcome", coded(case.OUTCOMES[reaction.outcome], f"{ICH}.1.11")),
        None
        if reaction.confirmed is None
        else _fact("24", "medicalConfirmationByHealthProfessional", boolean(reaction.confirmed)),
        classCode="OBS",
        moodCode="EVN",
    )
    return node("subjectOf2", observation, typeCode="SBJ")


def _seriousness(report: SafetyReport, reaction: Reaction) -> Iterator[Node]:
    """True, or no information: the standard knows no "false" here."""
    for criterion, (code, name) in _CRITERIA.items():
        yield _fact(code, name, true_or_nothing(criterion in report.seriousness_of(reaction)))
    if report.receiver.is_fda:
        value = true_or_nothing("intervention" in reaction.seriousness)
        yield _fact("7", "requiredIntervention", value, f"{FDA_LISTS}.3")


def _fact(code: str, name: str, value: Node, system: str = OBSERVATIONS) -> Node:
    coded = node("code", code=code, codeSystem=system, displayName=name)
    return node("outboundRelationship2", observation(coded, value), typeCode="PERT")
