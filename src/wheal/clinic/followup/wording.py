"""Results in words: the sentence that the figures allow, every figure with its interval. No sentence is made here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from wheal.clinic.followup.results import Compared, Group, Measured, least
from wheal.frequencies import interval_of_100, of_observed
from wheal.knowledge import Knowledge
from wheal.knowledge.following import Arm
from wheal.knowledge.wording import amount, digits
from wheal.means import Estimate
from wheal.outcomes import Line
from wheal.quantities import Quantity


@dataclass(frozen=True, slots=True)
class SaidLine:
    line: Line
    change: str
    everybody: str
    adjusted: str
    response: str
    conclusion: str


@dataclass(frozen=True, slots=True)
class SaidMeasured:
    measured: Measured
    lines: tuple[SaidLine, ...]
    ahead: tuple[str, ...]  # points that nobody has reached


@dataclass(frozen=True, slots=True)
class SaidCompared:
    """`here` and `at_best`: "" where too few were measured."""

    compared: Compared
    here: str
    at_best: str
    placebo: str
    treated: str
    conclusion: str


@dataclass(frozen=True, slots=True)
class SaidGroup:
    group: Group
    measured: tuple[SaidMeasured, ...]
    compared: tuple[SaidCompared, ...]


def said_groups(groups: Sequence[Group], known: Knowledge, language: str) -> list[SaidGroup]:
    return [
        SaidGroup(
            group,
            tuple(_measured(it, known, language) for it in group.measured),
            tuple(_compared(it, known, language) for it in group.compared),
        )
        for group in groups
    ]


def _measured(measured: Measured, known: Knowledge, language: str) -> SaidMeasured:
    unit = measured.instrument.unit
    ahead = [line.asked.interval for line in measured.lines if line.conclusion == "nobody"]
    return SaidMeasured(
        measured,
        tuple(_line(line, unit, known, language) for line in measured.lines),
        tuple(amount(one, language) for one in ahead),
    )


def _line(line: Line, unit: str, known: Knowledge, language: str) -> SaidLine:
    response = ""
    if line.response is not None:
        response = of_observed(line.response.improved, line.response.of, language, known)
    told = known.texts_held[language][f"outcome.{line.conclusion}"]
    conclusion = told.format(of=line.measured, least=least())
    estimates = (estimate(it, unit, language) for it in (line.change, line.everybody, line.adjusted))
    return SaidLine(line, *estimates, response, conclusion)


def estimate(one: Estimate | None, unit: str, language: str) -> str:
    """−1.8 mm (−2.6 to −1.0); "" where nothing is shown."""
    if one is None:
        return ""
    value, low, high = (_figure(it, language) for it in (one.value, one.least, one.most))
    return f"{value}{'' if unit == '1' else chr(0xA0) + unit} ({_between(low, high, language)})"


def _figure(value: float, language: str) -> str:
    """To a tenth, with a true minus; what is not nothing never reads as nothing."""
    places = 1 if abs(value) >= 0.05 or value == 0 else 2
    rounded = round(Decimal(value), places)
    return digits(rounded + 0, language).replace("-", "−")


def _compared(compared: Compared, known: Knowledge, language: str) -> SaidCompared:
    trial, response = compared.trial, compared.response
    shown = compared.beside is not None
    return SaidCompared(
        compared,
        of_observed(response.improved, response.of, language, known) if shown else "",
        _percent(round(Decimal(response.at_best) * 100), language) if shown and response.without else "",
        _arm(trial.placebo, language),
        _arm(trial.treated, language),
        known.text(f"outcome.placebo.{compared.beside}", language)
        if compared.beside
        else known.texts_held[language]["outcome.too_few"].format(
            of=response.of - response.without, least=least()
        ),
    )


def _arm(arm: Arm, language: str) -> str:
    low, high = (_percent(it, language) for it in interval_of_100(arm.of_100, arm.of))
    return f"{_percent(arm.of_100, language)} ({_between(low, high, language)}, n = {arm.of})"


def _between(low: str, high: str, language: str) -> str:
    return f"{low} à {high}" if language == "fr" else f"{low} to {high}"


def _percent(of_100: Decimal, language: str) -> str:
    return amount(Quantity.of(of_100, "%"), language)
