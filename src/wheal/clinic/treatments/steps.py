"""The seven steps of a treatment and the state of each, as the rail shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wheal import knowledge
from wheal.clinic.people.models import Role
from wheal.clinic.treatments import early
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.judging import Judgement
from wheal.findings import FACT_MISSING, Finding

NAMES: dict[str, Promise] = {
    "screen": _("Screen"),
    "plan": _("Plan"),
    "consent": _("Consent"),
    "mix": _("Mix"),
    "inject": _("Inject"),
    "check": _("Check"),
    "sign": _("Sign"),
}
# where a finding is mended; what is not named here is about the person, and is mended at Screen
_MENDED_AT = {
    "plan": (
        "plan_incomplete", "min_interval", "max_sessions", "substance_not_lawful", "fat_destruction_forbidden",
        "outside_label_area", "route_not_named", "status_not_known", "status_not_held", "quote_missing",
        "quote_not_accepted", "quote_ended", "quote_does_not_cover", "reflection_open",
    ),
    "consent": ("consent_missing", "consent_withdrawn", "consent_does_not_cover"),
    "mix": (
        "mix_empty", "lot_expired", "lot_recalled", "beyond_use", "times_contradict", "container_open_too_long",
        "single_dose_reused", "chairside_mixing_forbidden", "admixture_forbidden", "more_injected_than_mixed",
        "batch_missing", "alcohol_or_oil_product", "thing_blocked", "thing_expired", "thing_missing",
        "device_not_cleaned", "under_suspicion",
        "prepared_at", "prepared_by", "container", "opened_at", "recalled",
    ),
    "inject": (
        "no_points", "points_outside", "points_beside_the_body",
        "volume_missing", "dose_per_session", "dose_per_day", "dose_per_kg",
        "dose_per_area", "dose_per_point",
        "volume_per_session", "volume_per_point", "points_per_session", "dose_per_side", "volume_per_side",
        "points_per_side", "side_not_known", "min_spacing", "scale_not_measured",
        "depth_outside_technique", "depth_outside_layer",
        "area_cm2", "depth_mm", "spacing_cm", "inject_at", "injection_in_future", "injection_before_consent",
    ),
    "check": ("check_open", "does_not_add_up"),
    "sign": (
        "role_not_permitted", "credential_missing", "credential_expired", "role_law_not_held", "physician_must_sign",
        "reason_missing", "licence", "mesotherapy_certificate", "delegation",
    ),
}  # fmt: skip
_STEP_OF = {code: step for step, codes in _MENDED_AT.items() for code in codes}
# a stop that only says that something was not done yet
OPEN = {"history_missing", "history_draft_open", "plan_incomplete", "consent_missing", "no_points", "volume_missing",
         "mix_empty", "thing_missing", "check_open", "quote_missing", "quote_not_accepted", FACT_MISSING}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    code: str
    icon: str
    name: Promise
    url: str
    state: str
    current: bool


def step_of(finding: Finding) -> str:
    """The step at which a finding is mended."""
    key = finding.about if finding.code == FACT_MISSING else finding.code
    return _STEP_OF.get(key) or ("inject" if _is_danger_zone(key) else "screen")


def _is_danger_zone(code: str) -> bool:
    return any(zone.code == code for _file, _holder, zone in knowledge.current().danger_zones)


_WORST_FIRST = ("screen", "dose", "mix", "inject", "plan", "check", "consent", "sign", "open")


def worst_first(found: Iterable[Finding]) -> list[Finding]:
    """What harms the person, then the dose, the syringe and the place; then the law and the paper; last what was only
    not done yet. `found` is in the order of the domain, which puts stops first; they alone are put in order here.
    """
    return sorted(found, key=lambda row: _WORST_FIRST.index(_harm(row)) if row.severity == "stop" else 99)


def _harm(stop: Finding) -> str:
    if stop.code in OPEN:
        return "open"
    is_dose = stop.code.startswith("dose_") or _is_danger_zone(stop.code)
    return "dose" if is_dose else step_of(stop)


def rail(chart: Chart, judgement: Judgement, current: str, role: str) -> list[Step]:
    states = _states(chart, judgement, role)
    pk = chart.session.pk
    return [
        Step(code, code, name, reverse(f"treatments:{code}", args=[pk]), states[code], code == current)
        for code, name in NAMES.items()
    ]


def first_unfinished(chart: Chart, judgement: Judgement, role: str) -> str:
    states = _states(chart, judgement, role)
    return next((code for code in NAMES if states[code] != "complete"), "sign")


def _states(chart: Chart, judgement: Judgement, role: str) -> dict[str, str]:
    if chart.session.is_signed:
        return dict.fromkeys(NAMES, "complete")
    return _toward_a_signature(chart, judgement, role) | _against_what_is_begun(chart, judgement)


def _toward_a_signature(chart: Chart, judgement: Judgement, role: str) -> dict[str, str]:
    here: dict[str, list[Finding]] = defaultdict(list)
    for finding in judgement.refusals:
        here[step_of(finding)].append(finding)
    begun = _begun(chart)
    if begun["inject"]:  # points of a mix that may not be given are not complete either
        here["inject"] += [row for row in here["mix"] if row.severity == "stop"]
    states = {code: _state(here[code], begun[code]) for code in NAMES}
    if judgement.assessment is None and states["inject"] == "complete":
        states["inject"] = "draft"  # nothing of it was judged yet
    if judgement.decision == "refer" and role != Role.PHYSICIAN:
        states["sign"] = "waiting"
    return states


def _against_what_is_begun(chart: Chart, judgement: Judgement) -> dict[str, str]:
    """No step is complete while a stop stands that is mended there, of what is planned and drawn too. Neither is what
    is mixed or injected while anything forbids it, wherever that is mended.
    """
    begun = _begun(chart)
    given = forbidding([*judgement.findings, *judgement.drawn])
    against = {step_of(row) for row in [*given, *early.stops(chart, judgement.planned)]}
    against |= {code for code in ("mix", "inject") if given and begun[code]}
    return dict.fromkeys(against, "refused")


def forbidding(found: Iterable[Finding]) -> list[Finding]:
    """All that forbids it, but for what was only not done yet."""
    return [row for row in found if row.severity == "stop" and row.code not in OPEN]


def _state(against: list[Finding], begun: bool) -> str:
    if any(row.code not in OPEN for row in against):
        return "refused"
    if against:
        return "draft" if begun else "not_begun"
    return "complete" if begun else "not_begun"


def _begun(chart: Chart) -> dict[str, bool]:
    session = chart.session
    plan = session.plan
    return {
        "screen": chart.history is not None or chart.draft is not None,
        "plan": bool(plan and (plan.purpose or plan.area or plan.technique or plan.substances)),
        "consent": chart.consent is not None,
        "mix": any(chart.components.values()),
        "inject": any(row.count for row in chart.passes),
        "check": any(session.checklist.values()),
        "sign": False,
    }
