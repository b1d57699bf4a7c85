"""Ce que demande la déclaration française d'effet indésirable, remplie pour un cas. In French: the form knows no other.

Source: formulaire cerfa 10011*07, « Déclaration d'effet indésirable susceptible d'être dû à un médicament ou produit
mentionné à l'art. R.5121-150 du code de la santé publique », sent to the regional pharmacovigilance centre (CRPV) or
typed into the national portal (arrêté of 27 February 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from wheal.quantities import plain
from wheal.reports.case import Action, Criterion, Dosage, Outcome, Product, Qualification, SafetyReport
from wheal.reports.sheet import Row, Section, whole

UNKNOWN: Final = "inconnu"
CRITERIA: Final[Mapping[Criterion, str]] = {
    "hospital": "Hospitalisation ou prolongation d’hospitalisation",
    "disability": "Incapacité ou invalidité permanente",
    "life_threatening": "Mise en jeu du pronostic vital",
    "death": "Décès",
    "birth_defect": "Anomalie ou malformation congénitale",
    "other_important": "Autre situation médicale grave",
}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    "recovered": "guérison sans séquelle", "recovering": "guérison en cours",
    "not_recovered": "sujet non encore rétabli", "sequelae": "guérison avec séquelles", "fatal": "décès",
    "unknown": "inconnue",
}  # fmt: skip
ACTIONS: Final[Mapping[Action, str]] = {
    "withdrawn": "arrêté", "reduced": "posologie réduite", "increased": "posologie augmentée",
    "not_changed": "poursuivi sans changement", "unknown": UNKNOWN, "not_applicable": "sans objet",
}  # fmt: skip
SEXES: Final = {"female": "F", "male": "M"}
QUALIFICATIONS: Final[Mapping[Qualification, str]] = {
    "physician": "médecin", "pharmacist": "pharmacien", "other_professional": "autre professionnel de santé",
    "lawyer": "juriste", "consumer": "patient ou entourage",
}  # fmt: skip


def sections(report: SafetyReport) -> tuple[Section, ...]:
    return (
        Section("Patient traité", _patient(report)),
        Section("Antécédents et facteurs ayant pu favoriser l’effet", (("Antécédents", _history(report)),)),
        *(
            Section(f"{_role(product)} {number}", _product(product))
            for number, product in enumerate(report.products, 1)
        ),
        Section("Effet indésirable", _event(report)),
        Section("Professionnel de santé déclarant", _reporter(report)),
    )


def _patient(report: SafetyReport) -> tuple[Row, ...]:
    patient = report.patient
    return (
        ("Nom (3 premières lettres), prénom (première lettre)", patient.initials or "non communiqué"),
        ("Sexe", SEXES[patient.sex] if patient.sex else UNKNOWN),
        ("Âge", whole(patient.age_years, "ans", UNKNOWN)),
        ("Poids", f"{_french(plain(patient.weight_kg))} kg" if patient.weight_kg else UNKNOWN),
        ("Taille", whole(patient.height_cm, "cm", UNKNOWN)),
    )


def _history(report: SafetyReport) -> str:
    history = report.patient.history
    return UNKNOWN if history is None else history or "aucun"


def _role(product: Product) -> str:
    return "Médicament associé" if product.role == "concomitant" else "Médicament ou produit suspecté"


def _product(product: Product) -> tuple[Row, ...]:
    substances = [
        f"{one.name} {_french(str(one.strength))}" if one.strength else one.name
        for one in product.ingredients
    ]
    lots = sorted({one.lot for one in product.dosages if one.lot})
    routes = sorted({one.route for one in product.dosages if one.route})
    return (
        ("Nom et dosage", "\n".join([product.name, *substances])),
        ("Laboratoire", product.maker or UNKNOWN),
        ("Numéro de lot", ", ".join(lots) or UNKNOWN),
        ("Voie d’administration", ", ".join(routes) or UNKNOWN),
        ("Posologie et dates d’utilisation", "\n".join(map(_given, product.dosages)) or UNKNOWN),
        ("Indication", product.indication or UNKNOWN),
        ("Conduite à l’égard du produit", ACTIONS[product.action] if product.action else UNKNOWN),
    )


def _given(dosage: Dosage) -> str:
    dose = _french(str(dosage.dose)) if dosage.dose else UNKNOWN
    return " · ".join(part for part in (day(dosage.on, UNKNOWN), dose, dosage.text) if part)


def day(value: date | None, unknown: str) -> str:
    """20/11/2026."""
    return f"{value:%d/%m/%Y}" if value else unknown


def _event(report: SafetyReport) -> tuple[Row, ...]:
    serious = {criterion for one in report.reactions for criterion in one.seriousness_elsewhere}
    marks = [f"[{'x' if key in serious else ' '}] {words}" for key, words in CRITERIA.items()]
    if serious or all(one.is_judged for one in report.reactions):
        marks.append(f"[{' ' if serious else 'x'}] Non grave")
    else:
        marks += ["[ ] Non grave", "Gravité non évaluée"]
    rows: list[Row] = []
    for one in report.reactions:
        rows += [
            ("Nature", one.words),
            ("Date de survenue", day(one.began, UNKNOWN)),
            ("Date de fin", day(one.ended, UNKNOWN)),
            ("Évolution", OUTCOMES[one.outcome]),
        ]
    said = (report.narrative, *report.comments("Commentaire du déclarant", "Commentaire pour l’autorité"))
    return (
        *rows,
        ("Gravité", "\n".join(marks)),
        ("Description de l’effet", "\n".join(part for part in said if part) or UNKNOWN),
        ("Examens et dates", report.tests or UNKNOWN),
    )


def _reporter(report: SafetyReport) -> tuple[Row, ...]:
    who = report.reporter
    return (
        ("Nom", " ".join(part for part in (who.title, who.given, who.family) if part) or UNKNOWN),
        ("Qualité", QUALIFICATIONS[report.qualification]),
        ("Adresse", _address(report) or UNKNOWN),
        ("Téléphone", who.telephone or UNKNOWN),
        ("Courriel", who.email or UNKNOWN),
        ("Date de la déclaration", day(report.created_at.date(), UNKNOWN)),
    )


def _address(report: SafetyReport) -> str:
    who = report.reporter
    return ", ".join(part for part in (who.organisation, who.street, who.postcode, who.city) if part)


def _french(number: str) -> str:
    return number.replace(".", ",")
