"""What stands against a syringe that is drawn, before a point gives any of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from wheal import mixing
from wheal.assessment import Case, of_syringe
from wheal.clinic.stock.models import Container, Lot
from wheal.clinic.treatments import suspected
from wheal.clinic.treatments.case import as_mix, injected_at, is_judgeable
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Mix, MixComponent
from wheal.clinic.treatments.requirements import beyond_consent
from wheal.findings import Finding, in_order
from wheal.knowledge import Knowledge

Drawn = list[MixComponent]


def against(chart: Chart, case: Case, known: Knowledge) -> tuple[Finding, ...]:
    """Of every mix that no pass delivers yet; the others are judged with their passes."""
    mixes = {row.pk: _read(chart, row, chart.components[row.pk]) for row in chart.mixes}
    given = {row.mix_id for row in chart.passes if is_judgeable(row, mixes[row.mix_id])}
    waiting = [row.pk for row in chart.mixes if chart.components[row.pk] and row.pk not in given]
    found = [one for pk in waiting for one in _of_one(chart, case, mixes[pk], known)]
    return in_order([*found, *suspected.lots_drawn(chart, waiting)])


def with_another(
    chart: Chart, case: Case, lot: Lot, container: Container | None, known: Knowledge
) -> tuple[tuple[Finding, ...], tuple[tuple[str, str], ...]]:
    """What would be said of the last mix if this lot were drawn into it too, and the pairs nothing is held of."""
    row = chart.mixes[-1] if chart.mixes else Mix(session=chart.session)
    product = lot.product
    more = MixComponent(
        mix=row, lot=lot, container=container or Container(lot=lot, opened_at=timezone.now()),
        substance=product.substance, strength=product.strength, strength_unit=product.strength_unit,
        also=product.also or None, volume_ml=container.left_ml if container else product.container_ml,
    )  # fmt: skip
    mix = _read(chart, row, [*(chart.components[row.pk] if chart.mixes else []), more])
    return in_order(_of_one(chart, case, mix, known)), mixing.pairs_not_held(mix, known)


def pairs_not_held(chart: Chart, row: Mix, known: Knowledge) -> tuple[tuple[str, str], ...]:
    drawn = chart.components[row.pk]
    return mixing.pairs_not_held(_read(chart, row, drawn), known) if drawn else ()


def _read(chart: Chart, row: Mix, drawn: Drawn) -> mixing.Mix:
    return as_mix(row, drawn, injected_at(chart.session, timezone.now()))


def _of_one(chart: Chart, case: Case, mix: mixing.Mix, known: Knowledge) -> Iterator[Finding]:
    plan = chart.session.plan
    area, technique = (plan.area or None, plan.technique or None) if plan else (None, None)
    yield from of_syringe(case, mix, area, technique, known)
    yield from beyond_consent(chart, sorted(mix.substances), (), known)
