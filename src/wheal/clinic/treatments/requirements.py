"""What must be in the record before it can be signed, said in the shape of the domain's findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from wheal import bodymap
from wheal import consent as wording
from wheal.clinic.patients.answers import lacking, settled
from wheal.clinic.patients.earlier import of_another_day
from wheal.clinic.treatments import adding_up, checklist, consents, grounds, quoted, suspected, things
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Pass
from wheal.clinic.treatments.stops import stop
from wheal.clinic.treatments.words import PLAN_WORDS, uncovered
from wheal.findings import Finding
from wheal.knowledge import Knowledge
from wheal.limits import Total
from wheal.quantities import Quantity

_CLOCKS_DIFFER = timedelta(minutes=5)  # between a tablet and the server
LATER = ("scale_not_measured", "batch_missing")  # of the cautions: what was signed earlier may be without
_BY_THE_SCALE = ("dose_per_area", "min_spacing")


def refusals(chart: Chart, known: Knowledge, now: datetime) -> tuple[Finding, ...]:
    """All at once, each with what can be done."""
    return (
        *_history(chart, known, now),
        *_plan(chart),
        *_quote(chart, known, now),
        *_consent(chart, known),
        *_passes(chart, known),
        *adding_up.refusals(chart),
        *things.refusals(chart, now),
        *suspected.things_used(chart),
        *_checks(chart, now),
    )


def _history(chart: Chart, known: Knowledge, now: datetime) -> Iterator[Finding]:
    if chart.history is None:
        yield stop(
            "history_missing",
            "history",
            _("There is no completed history of this patient. Ask the questions and complete it."),
        )
    elif chart.draft is not None:
        yield stop(
            "history_draft_open", "history",
            _("A newer history was begun and is not completed. Complete it: what it says has not been judged."),
        )  # fmt: skip
    else:
        yield from asked_anew(chart, known, now)
        answers = chart.history.answers
        yield from lacking(answers, known, settled(answers, known, chart.session.patient))


def asked_anew(chart: Chart, known: Knowledge, now: datetime) -> Iterator[Finding]:
    """What must be asked again on the day of the injection, where the clinic is. A weight measured today is known."""
    session = chart.session
    zone = ZoneInfo(session.clinic.time_zone)
    day = timezone.localtime(session.inject_at or now, zone).date()
    if chart.history is not None:
        for row in of_another_day(chart.history, known, on=day, zone=zone):
            if row.about != "weight_kg" or session.weight_kg is None:
                yield row


def _plan(chart: Chart) -> Iterator[Finding]:
    missing = wording.missing(consents.terms_of(chart.session.plan))
    for field in (name for name in missing if name != "currency" or "price" not in missing):
        yield stop(
            "plan_incomplete", field, format_lazy(_("The plan lacks this: {field}."), field=PLAN_WORDS[field])
        )


def _quote(chart: Chart, known: Knowledge, now: datetime) -> tuple[Finding, ...]:
    """On the day of the injection, by the clinic's clock."""
    session = chart.session
    standing = quoted.standing_from(session.quoted_facts, session.clinic, session.clinic.day_of(now))
    on = session.clinic.day_of(session.inject_at or now)
    return quoted.obstacles(session.plan, standing, session.clinic, on, known)


def _consent(chart: Chart, known: Knowledge) -> Iterator[Finding]:
    consent = chart.consent
    if consent is None:
        yield stop(
            "consent_missing",
            "consent",
            _("The patient has not signed a consent to this plan. Have it read and signed."),
        )
    elif consent.withdrawn_at:
        yield stop(
            "consent_withdrawn",
            "consent",
            _("The patient has withdrawn the consent. Nothing may be injected on it."),
        )
    else:
        areas = [row.area for row in chart.passes]
        yield from beyond_consent(chart, chart.substances, areas, known)
        if wording.told_otherwise(consent.covers, chart.session.clinic.jurisdiction, known):
            yield stop(
                "consent_does_not_cover",
                "knowledge",
                _(
                    "What is known of these injections has changed since the consent was signed. Have the new text "
                    "read and signed."
                ),
            )


def beyond_consent(
    chart: Chart, substances: Iterable[str], areas: Iterable[str], known: Knowledge
) -> Iterator[Finding]:
    """What the consent that counts does not say of these; nothing where there is none."""
    if chart.consent is None:
        return
    terms = consents.terms_of(chart.session.plan)
    for what in wording.not_covered(chart.consent.covers, terms, substances=substances, areas=areas):
        words = {language: uncovered(what, language, known) for language, _name in settings.LANGUAGES}
        yield stop("consent_does_not_cover", what, words)


def _passes(chart: Chart, known: Knowledge) -> Iterator[Finding]:
    if not any(row.count for row in chart.passes):
        yield stop("no_points", "points", _("No points are recorded. Draw them on the body map."))
    for row in chart.passes:
        if row.count and not row.volume_ml:
            yield stop("volume_missing", row.area, _("A pass has no volume per point. Enter it."))
        if outside := _outside(row):
            yield stop(
                "points_outside", row.area,
                format_lazy(_("Outside the outline drawn: {count}. Take these points off, or draw the outline anew."),
                            count=outside),
            )  # fmt: skip
        if beside := _beside(row, chart, known):
            yield stop(
                "points_beside_the_body", row.area,
                format_lazy(_("On no skin of the drawing: {count}. Take these points off and set them anew."),
                            count=beside),
            )  # fmt: skip
        if row.count and not chart.components[row.mix_id]:
            yield stop(
                "mix_empty",
                row.mix.label,
                _("A pass uses a mix that nothing was drawn into. Enter the lots of the mix."),
            )


def _beside(row: Pass, chart: Chart, known: Knowledge) -> int:
    points = bodymap.unpack_points(row.points)
    return len(bodymap.points_beside(grounds.body_of(row, chart.session, known), points))


def _outside(row: Pass) -> int:
    if not row.count or not row.outline:
        return 0
    outline = [(x, y) for x, y in row.outline]
    return len(bodymap.points_outside(outline, bodymap.unpack_points(row.points)))


def _checks(chart: Chart, now: datetime) -> Iterator[Finding]:
    session = chart.session
    for item in checklist.left(session.checklist):
        yield stop(
            "check_open", item, format_lazy(_("Not confirmed yet: {item}."), item=checklist.ITEMS[item])
        )
    if session.inject_at and session.inject_at > now + _CLOCKS_DIFFER:
        yield stop(
            "injection_in_future", "inject_at", _("The time of injection lies in the future. Correct it.")
        )
    agreed = chart.consent.signed_at if chart.consent else None
    if session.inject_at and agreed and session.inject_at < agreed - _CLOCKS_DIFFER:
        yield stop(
            "injection_before_consent", "inject_at",
            _("The time of injection lies before the consent was signed. Correct the time."),
        )  # fmt: skip


def cautions(chart: Chart, totals: Mapping[str, Total], known: Knowledge) -> tuple[Finding, ...]:
    """Shown and recorded; a zone that a source forbids stands against a signature, a suspicion asks for a reason."""
    given = {row.mix_id for row in chart.passes if row.count}
    return (
        *_dangers(chart, known),
        *_unmeasured(chart, totals, known),
        *_unnamed_batches(chart),
        *suspected.lots_drawn(chart, sorted(given)),
    )


def _dangers(chart: Chart, known: Knowledge) -> Iterator[Finding]:
    """Points that lie where their substance may do harm, as gravely as the source says it."""
    for row in chart.passes:
        given = {code for each in chart.components[row.mix_id] for code, _strength in each.contents}
        zones = grounds.zones_of(row, known, given) if row.count else []
        points = bodymap.unpack_points(row.points) if zones else []
        hit = {
            code: found for name in given for code, found in bodymap.in_danger(zones, points, name).items()
        }
        for code, found in hit.items():
            yield _in_danger(
                next(zone for zone in zones if zone.code == code), len(set(found)), row.area, known
            )


def _unmeasured(chart: Chart, totals: Mapping[str, Total], known: Knowledge) -> Iterator[Finding]:
    """Limits for each cm² and least distances are judged on the chart's centimetres until one distance was measured."""
    by_the_scale = {
        name for name, total in totals.items() if any(limit.code in _BY_THE_SCALE for limit in total.limits)
    }
    found = {
        row.area
        for row in chart.passes
        if row.count
        and row.ruler_cm is None
        and grounds.place_of(row, known).ruler
        and any(code in by_the_scale for each in chart.components[row.mix_id] for code, _ in each.contents)
    }
    for area in sorted(found):
        words = _(
            "Doses for each cm² and distances between points are judged on the centimetres of the chart: nothing was "
            "measured on this patient. Measure one distance, beside the map."
        )
        yield replace(stop("scale_not_measured", area, words), severity="caution")


def _unnamed_batches(chart: Chart) -> Iterator[Finding]:
    """What a pharmacy made carries its number: without it nobody can be found who received the same."""
    used = {row.mix_id for row in chart.passes if row.count}
    for mix in chart.mixes:
        if mix.pk in used and mix.prepared_by == "pharmacy" and not mix.batch:
            words = _(
                "This syringe was made by a pharmacy and its batch number is not recorded. Copy it from the label."
            )
            yield replace(stop("batch_missing", mix.label, words), severity="caution")


def _in_danger(zone: bodymap.Zone, count: int, area: str, known: Knowledge) -> Finding:
    return Finding(
        code=zone.code,
        severity=zone.severity,
        about=area,
        message=known.texts(f"danger.{zone.code}"),
        source=zone.sources[0],
        found=Quantity.of(count, "{points}"),
        sources=zone.sources,
    )


def physician_must_sign() -> Finding:
    return stop(
        "physician_must_sign",
        "role",
        _("A physician must look at this and sign with a written reason. Call one."),
    )


def reason_missing() -> Finding:
    return stop(
        "reason_missing", "reason", _("Write the reason for treating in spite of what is found, then sign.")
    )
