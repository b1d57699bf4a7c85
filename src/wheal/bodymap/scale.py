"""How large the patient is on the chart: from one distance that was measured on the patient."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Final

Point = tuple[int, int]
PER_CM: Final = 100
LEAST, MOST = (
    Fraction(2, 5),
    Fraction(5, 2),
)  # beyond these the wrong line was measured, or the figure is a slip
_SHORTEST: Final = 2 * PER_CM  # over less than 2 cm a millimetre of the ruler is a twentieth of the scale


class ScaleRefused(ValueError):
    """A measurement that cannot be right: the line is too short, or the patient would be a giant or a doll."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Centimetres of the patient for one of the chart, squared: exact, for a distance has a root in it."""

    squared: Fraction

    def on_the_patient_cm(self, chart_squared: int) -> Decimal:
        """A distance of the chart, given by its square in tenths of a millimetre, as it is on the patient."""
        return _root(chart_squared * self.squared) / PER_CM

    def on_the_chart(self, patient_cm: Decimal) -> int:
        """A distance of the patient in tenths of a millimetre of the chart, rounded up: never nearer than asked."""
        squared = Fraction(patient_cm * PER_CM) ** 2 / self.squared
        return int(_root(squared).to_integral_value(ROUND_CEILING))

    @property
    def ratio(self) -> Decimal:
        """For drawing only."""
        return _root(self.squared)


CHART: Final = Scale(Fraction(1))
"""Nothing was measured: centimetres are those of the chart."""


def measured(line: tuple[Point, Point], distance_cm: Decimal) -> Scale:
    """The scale, where `line` of the chart is `distance_cm` long on the patient. Raises ScaleRefused."""
    (x, y), (other_x, other_y) = line
    squared = (x - other_x) ** 2 + (y - other_y) ** 2
    if squared < _SHORTEST**2:
        raise ScaleRefused("the line is shorter than 2 cm")
    ratio = Fraction(distance_cm * PER_CM) ** 2 / squared
    if not LEAST**2 <= ratio <= MOST**2:
        raise ScaleRefused(f"{distance_cm} cm is too far from what the chart shows")
    return Scale(ratio)


def _root(squared: Fraction) -> Decimal:
    return (Decimal(squared.numerator) / Decimal(squared.denominator)).sqrt()
