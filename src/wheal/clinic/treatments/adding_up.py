"""What was drawn is what was injected and what was thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Mix
from wheal.clinic.treatments.stops import stop
from wheal.findings import Finding


@dataclass(frozen=True, slots=True)
class Sum:
    mix: Mix
    drawn_ml: Decimal
    injected_ml: Decimal
    thrown_ml: Decimal | None  # None: not said yet

    @property
    def left_ml(self) -> Decimal:
        return self.drawn_ml - self.injected_ml

    @property
    def unaccounted_ml(self) -> Decimal:
        """Above zero where something is missing, below where more is told than was drawn."""
        return Decimal(0) if self.thrown_ml is None else self.left_ml - self.thrown_ml


def sums(chart: Chart) -> list[Sum]:
    """Of each mix that something was drawn into."""
    return [_sum(mix, chart) for mix in chart.mixes if chart.components[mix.pk]]


def _sum(mix: Mix, chart: Chart) -> Sum:
    drawn = sum((row.volume_ml for row in chart.components[mix.pk]), Decimal(0))
    injected = sum((row.total_ml for row in chart.passes if row.mix_id == mix.pk), Decimal(0))
    return Sum(mix, drawn, injected, mix.thrown_ml)


def left_ml(mix: Mix, chart: Chart) -> Decimal:
    return max(_sum(mix, chart).left_ml, Decimal(0))


def refusals(chart: Chart) -> Iterator[Finding]:
    """More injected than drawn is the domain's to say; here, what was measured and does not add up."""
    for each in sums(chart):
        if each.left_ml >= 0 and each.unaccounted_ml:
            yield stop("does_not_add_up", each.mix.label, _words(each))


def _words(each: Sum) -> object:
    words = _(
        "Mix {label}: {drawn} mL were drawn, {injected} mL injected and {thrown} mL thrown away. That leaves {rest} mL "
        "unaccounted for. Correct what is wrong."
    )
    return format_lazy(
        words,
        label=each.mix.label,
        drawn=_plain(each.drawn_ml),
        injected=_plain(each.injected_ml),
        thrown=_plain(each.thrown_ml),
        rest=_plain(each.unaccounted_ml),
    )


def _plain(volume: Decimal | None) -> str:
    return f"{(volume or Decimal(0)).normalize():f}"
