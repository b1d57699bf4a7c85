"""Every wording that is asked for is held in every language, with the same placeholders."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import Final, get_args, get_type_hints

from wheal.conditions import mentions
from wheal.knowledge import check_sources
from wheal.knowledge.alternatives import ASPECTS
from wheal.knowledge.cited import Grade
from wheal.knowledge.countries import QUOTE_STATEMENTS, DutyKind
from wheal.knowledge.following import BESIDE_PLACEBO, CONCLUSIONS
from wheal.knowledge.known import Knowledge
from wheal.knowledge.notes import Subject
from wheal.knowledge.problems import Problem
from wheal.knowledge.records import Certainty, Claim, LimitCode, LimitKind, Status, Substance
from wheal.knowledge.signs import URGENCIES

FINDINGS: Final = {
    "more_injected_than_mixed": "stop",
    "dose_per_session": "stop",
    "dose_per_day": "stop",
    "dose_per_kg": "stop",
    "dose_per_area": "stop",
    "dose_per_point": "stop",
    "volume_per_session": "stop",
    "volume_per_point": "stop",
    "points_per_session": "stop",
    "dose_per_side": "stop",
    "volume_per_side": "stop",
    "points_per_side": "stop",
    "min_spacing": "stop",
    "min_interval": "stop",
    "max_sessions": "stop",
    "lot_expired": "stop",
    "lot_recalled": "stop",
    "beyond_use": "stop",
    "times_contradict": "stop",
    "allergy_to_ingredient": "stop",
    "container_open_too_long": "stop",
    "single_dose_reused": "stop",
    "chairside_mixing_forbidden": "stop",
    "role_not_permitted": "stop",
    "credential_missing": "stop",
    "credential_expired": "stop",
    "substance_not_lawful": "stop",
    "fact_missing": "caution",
    "least_data_not_known": "refer",
    "unknown_code": "refer",
    "code_of_the_clinic": "refer",
    "role_law_not_held": "refer",
    "status_not_known": "refer",
    "outside_label_area": "refer",
    "strength_above_held": "refer",
    "route_not_named": "refer",
    "side_not_known": "refer",
    "too_many_products": "refer",
    "reaction_to_related": "refer",
    "state_law_decides": "caution",
    "status_note": "caution",
    "status_not_held": "refer",
    "limit_borrowed": "caution",
    "stricter_figure_elsewhere": "caution",
    "hypo_osmolar_mix": "caution",
    "depth_outside_technique": "caution",
    "depth_outside_layer": "refer",
    "dates_differ": "caution",
    "no_published_limit": "info",
}
"""Findings that the judgements make themselves, with their severity. Wording: `finding.<code>`."""

WORDED_ELSEWHERE: Final = {"substance_not_lawful", "status_not_known", "status_note"}
"""Their wording is `status.<substance>.<country>`."""

FACTS: Final = (
    "pregnant", "breastfeeding", "weight_kg", "height_cm", "allergies", "conditions", "medications",
    "previous_sessions", "area_cm2", "depth_mm", "spacing_cm", "prepared_at", "inject_at", "prepared_by",
    "container", "opened_at", "recalled",
)  # fmt: skip
_PLACEHOLDERS: Final = {"found", "limit", "about", "date", "substance", "lot", "jurisdiction", "needed_by"}
_GROUPS: Final = (
    "purposes", "roles", "credential_kinds", "container_kinds", "prepared_by", "allergies", "conditions",
    "medications", "event_kinds", "exposure_kinds", "sexes", "vehicles", "courses", "grades", "serious", "naranjo",
    "naranjo_bands", "who_umc",
)  # fmt: skip

_WHEN: Final = (
    "always", "and", "or", "not", "yes", "no", "is", "below", "above", "at_least", "at_most", "condition",
    "allergy", "medication", "plan", "mix", "mix_only", "products", "any_other", "jurisdiction", "vehicle",
    "vehicle_not_known",
)  # fmt: skip
"""The pieces that conditions are told with: see `said_when`."""
_PHOTOGRAPHS: Final = (
    "title", "parties", "free", "why", "agreed", "not_agreed", "kept", "declaration",
    "withdrawal.name", "withdrawal.text",
    *(f"purpose.{one}.{part}" for one in ("record", "teaching", "publication") for part in ("name", "text")),
)  # fmt: skip
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "kind": get_args(get_type_hints(Substance)["kind"]),
    "standing": (*get_args(get_type_hints(Status)["standing"]), "not_held"),
    "layer": get_args(get_args(get_type_hints(Substance)["routes"])[0]),
    "limit": get_args(LimitCode),
    "limit_kind": get_args(LimitKind),
    "verdict": get_args(get_type_hints(Claim)["verdict"]),
    "certainty": get_args(Certainty),
    "grade": get_args(Grade),
    "duty": get_args(DutyKind),
    "subject": get_args(Subject),
}
"""What stands on the pages of the formulary. Wording: `word.<kind of word>.<code>`."""


def problems(known: Knowledge) -> Iterator[Problem]:
    first = next(iter(known.texts_held))
    every = set[str]().union(*known.texts_held.values())
    for language, held in known.texts_held.items():
        file = f"text/{language}.toml"
        for key in sorted((set(_needed(known)) | every) - set(held)):
            yield Problem(file, key, "this wording is missing")
        for key, text in held.items():
            yield from _wording(file, key, text, str(known.texts_held[first].get(key, text)))


def _wording(file: str, key: str, text: object, beside: str) -> Iterator[Problem]:
    if not isinstance(text, str) or not text.strip():
        yield Problem(file, key, "a wording is text and not empty")
        return
    try:
        named, other = _placeholders(text), _placeholders(beside)
    except ValueError as complaint:
        yield Problem(file, key, f"the braces do not match: {complaint}")
        return
    if key.startswith(("finding.", "rule.", "wait.", "status.", "mixing.", "law.")) and named - _PLACEHOLDERS:
        yield Problem(file, key, f"no figure is called {', '.join(sorted(named - _PLACEHOLDERS))}")
    if named != other:
        yield Problem(
            file, key, f"the figures {sorted(named)} are not those of the other language, {sorted(other)}"
        )


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _needed(known: Knowledge) -> Iterator[str]:
    yield from (f"finding.{code}" for code in FINDINGS if code not in WORDED_ELSEWHERE)
    yield "wait.min_interval"
    yield from ("finding.allergy_to_contained", "finding.fact_of_another_day")
    yield from ("finding.credential_missing_by_wheal", "finding.credential_expired_by_wheal")
    yield from sorted({f"wait.{rule.code}" for _file, _key, rule in check_sources.rules(known) if rule.waits})
    yield from (f"finding.{code}_together" for code in ("dose_per_session", "dose_per_kg"))
    yield from (f"fact.{name}" for name in FACTS)
    yield from (f"when.{piece}" for piece in _WHEN)
    yield "word.between"
    yield from (f"word.{kind}.{code}" for kind, codes in _WORDS.items() for code in codes)
    yield from (f"country.{code}" for code in _countries(known))
    for group in _GROUPS:
        yield from (f"code.{group}.{code}" for code in getattr(known.vocabulary, group))
    yield from (f"area.{name}" for name in known.areas)
    yield from (f"measure.{name}" for name, area in known.areas.items() if any(it.ruler for it in area.seen))
    yield from (f"chart.{name}" for name in known.charts)
    yield from (f"danger.{zone.code}" for _file, _holder, zone in known.danger_zones)
    yield from (f"technique.{name}" for name in known.techniques)
    yield from (f"{kind}.{name}" for kind in ("pose", "pose_how") for name in known.poses)
    yield from (f"photograph_consent.{key}" for key in _PHOTOGRAPHS if known.poses)
    yield from (f"rule.{rule.code}" for rule in known.screening.values())
    yield from (f"group.{group}" for group in sorted(_groups_in_rules(known)))
    for name, substance in known.substances.items():
        yield f"substance.{name}.name"
        yield from (f"substance.{name}.{note}" for note in substance.notes)
        yield from (f"group.{group}" for group in substance.groups)
        yield from (f"limit.{name}.{limit.basis}" for limit in substance.limits if limit.basis)
        yield from (f"rule.{rule.code}" for rule in substance.rules)
        yield from (f"status.{name}.{country}" for country in substance.status)
        yield from (f"evidence.{name}.{purpose}" for purpose in substance.evidence)
        yield from (f"substance.{name}.holds.{it.code}" for it in substance.holds)
        yield from (f"substance.{name}.{it.of}" for it in (*substance.ph, *substance.osmolality) if it.of)
    for name, country in known.jurisdictions.items():
        yield from (f"rule.{rule.code}" for rule in country.rules)
        yield from (f"law.{name}.{role}" for role in country.roles)
        if not country.chairside_mixing:
            yield f"law.{name}.chairside"
        if country.quote_from:
            yield f"law.{name}.quote"
        if country.reflection_days:
            yield f"law.{name}.reflection"
        yield from (f"quote.content.{content}" for content in country.quote_contents)
        yield from (f"quote.statement.{said}" for said in QUOTE_STATEMENTS if said in country.quote_contents)
        yield from (f"law.{name}.duty.{duty.id}" for duty in country.duties)
    yield from (f"note.{name}" for name in known.notes)
    yield from (f"mixing.{name}" for name in known.compatibility)
    yield from (f"question.{name}.ask" for name in known.questions)
    yield from (f"question.{name}.none" for name, it in known.questions.items() if it.may_be_none)
    needed = [name for name, it in known.questions.items() if it.needed]
    yield from (f"{kind}.{name}" for kind in ("least", "fact") for name in needed)
    yield from (f"harm.{name}" for name in known.harms)
    yield from (f"aftercare.{name}" for name in known.aftercare)
    yield from _of_alternatives(known)
    yield from _of_emergencies(known)
    yield from _of_signs(known)
    yield from _of_following(known)
    for name in known.claims:
        yield from (f"claim.{name}.text", f"claim.{name}.why")


def _groups_in_rules(known: Knowledge) -> set[str]:
    named = (it for _file, _key, rule in check_sources.rules(known) for it in mentions(rule.when))
    return {it.code for it in named if it.kind == "mix"} - set(known.substances)


def _of_alternatives(known: Knowledge) -> Iterator[str]:
    for name, way in known.alternatives.items():
        yield f"alternative.{name}.name"
        for aspect, told in way.told().items():
            yield (
                f"consent.alternatives.not_known.{aspect}" if told is None else f"alternative.{name}.{aspect}"
            )
    if known.alternatives:
        yield from (f"consent.alternatives.aspect.{aspect}" for aspect in ASPECTS)


def _of_emergencies(known: Knowledge) -> Iterator[str]:
    for name, emergency in known.emergencies.items():
        yield from (f"emergency.{name}.{part}" for part in ("name", "signs"))
        yield from (f"emergency.{name}.step.{step}" for step in emergency.steps)
        yield from (f"emergency.{name}.dose.{dose.code}" for dose in emergency.doses)


def _of_signs(known: Knowledge) -> Iterator[str]:
    for name, sign in known.signs.items():
        yield f"sign.{name}.ask"
        if sign.goes_to_a_physician:
            yield from (f"sign.{name}.{part}" for part in ("told", "do"))
    yield from (f"sample.{name}" for name in known.samples)
    if known.signs:
        yield from (f"urgency.{urgency}" for urgency in (*URGENCIES, "call_today"))
        yield from (f"grade_site.{grade}" for grade in known.vocabulary.grades)


def _of_following(known: Knowledge) -> Iterator[str]:
    for name, it in known.instruments.items():
        yield from (f"instrument.{name}.name", f"instrument.{name}.how")
        if it.by == "patient":
            yield from (f"instrument.{name}.ask", f"instrument.{name}.ask_how")
        if it.worded:
            yield from (
                f"instrument.{name}.step_{step + 1}" for step in range(int(it.least), int(it.most) + 1)
            )
    yield from (f"trial.{name}" for name in known.trials)
    for name in known.measures:
        yield from (f"measure.{name}.name", f"measure.{name}.how")
    if known.instruments:
        yield from (f"outcome.{conclusion}" for conclusion in CONCLUSIONS)
        yield from (f"outcome.placebo.{beside}" for beside in BESIDE_PLACEBO)


def _countries(known: Knowledge) -> set[str]:
    """Those that anything held is about."""
    substances = known.substances.values()
    return set(known.jurisdictions).union(
        *(substance.status for substance in substances),
        *(limit.jurisdictions for substance in substances for limit in substance.limits),
    )
