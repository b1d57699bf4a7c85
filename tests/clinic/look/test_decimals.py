"""A figure typed with a comma or a point is the same figure, or is refused; it is never another one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from wheal.clinic.decimals import DecimalField, DecimalInput


@pytest.mark.parametrize(
    ("typed", "language", "read"),
    [("0,03", "fr", "0.03"), ("0.03", "fr", "0.03"), ("0,03", "en", "0.03"), ("1 200,50", "fr", "1200.50")],
)
def test_a_comma_and_a_point_are_read_alike(typed: str, language: str, read: str) -> None:
    with override(language):
        assert DecimalField().clean(typed) == Decimal(read)


@pytest.mark.parametrize("typed", ["2,400", "1,5,3", "1,200.50", "a"])
def test_what_could_mean_two_figures_is_refused(typed: str) -> None:
    with override("en"), pytest.raises(ValidationError):
        DecimalField().clean(typed)


def test_a_field_shows_no_idle_zeros_and_the_mark_of_its_language() -> None:
    with override("fr"):
        assert DecimalInput().format_value(Decimal("540.50")) == "540,5"
        assert DecimalInput().format_value(Decimal("2.000")) == "2"
