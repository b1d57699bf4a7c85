"""How often something happens, told as people and with how sure that is: "72 of 100 people (between 68 and 76)".

The interval is exact (`wheal.proportions`). Where a source prints a rounded percentage, it covers every count that
is printed so, and the reader is told so (`consent.harms.note`).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final

from wheal.knowledge import Knowledge
from wheal.knowledge.records import Aftercare, Count, Harm
from wheal.knowledge.wording import Figure, amount, digits
from wheal.proportions import at_most, exact_interval, of_printed
from wheal.quantities import Quantity

_BASES: Final = (100, 1_000, 10_000, 100_000, 1_000_000)
_THOUSANDS: Final = {"fr": "\u202f"}


def of_harm(name: str, harm: Harm, language: str, known: Knowledge) -> str:
    """A harm as a sentence, its figures with their intervals and beside what happened with placebo."""
    words = with_counts(f"harm.{name}", harm.counts, language, known)
    if harm.of_100 is None:
        return words
    frequency = _compared(harm, language, known)
    return known.text("frequency.harm", language, frequency=frequency, harm=words.rstrip("."))


def of_aftercare(name: str, held: Aftercare, language: str, known: Knowledge) -> str:
    """A line of the sheet to take home, with the frequency of each harm that it names."""
    named = [(harm, known.harms[harm]) for harm in held.harms]
    told = [of_harm(harm, record, language, known) for harm, record in named if record.of_100 is not None]
    return " ".join([known.text(f"aftercare.{name}", language), *told])


def with_counts(key: str, counts: Mapping[str, Count], language: str, known: Knowledge) -> str:
    """A wording whose placeholders are counts: {deaths} is "95 of 496,245, …"."""
    return known.text(key, language, **{name: of_count(it, language, known) for name, it in counts.items()})


def of_count(counted: Count, language: str, known: Knowledge) -> str:
    """So many of so many, and what that is of a round number of people: 19 of 100,000 (between 15 and 23)."""
    share = Decimal(counted.count) / counted.of
    base = _base(share)
    least, most = _between(exact_interval(counted.count, counted.of), base)
    return known.text(
        "frequency.count",
        language,
        count=grouped(counted.count, language),
        of=grouped(counted.of, language),
        share=digits(_rounded(share * base, False), language),
        base=grouped(base, language),
        least=digits(least, language),
        most=digits(most, language),
    )


def of_observed(count: int, of: int, language: str, known: Knowledge) -> str:
    """What a clinic counted itself: "3 of 120: 2.5 % (between 0.51 % and 7.2 %)", and never a bare zero, but
    "0 of 120: at most 2.5 %". Raises ValueError where nobody was counted.

    An interval leaves out 2.5 % on either side, the bound on none 5 % on its one side (`wheal.proportions`); least is
    rounded down and most up.
    """
    told = {"count": grouped(count, language), "of": grouped(of, language)}
    if count == 0:
        return known.text(
            "frequency.none", language, of=told["of"], most=_percent(at_most(0, of), ROUND_CEILING, language)
        )
    least, most = exact_interval(count, of)
    return known.text(
        "frequency.observed",
        language,
        **told,
        share=_percent(count / of, ROUND_HALF_EVEN, language),
        least=_percent(least, ROUND_FLOOR, language),
        most=_percent(most, ROUND_CEILING, language),
    )


def _percent(share: float, rounding: str, language: str) -> str:
    """To two figures, above 10 to whole percents; however small, so that a least is never told as more."""
    percent = Decimal(share) * 100
    place = max(0, 1 - percent.adjusted()) if percent else 0
    return amount(
        Quantity.of(percent.quantize(Decimal(1).scaleb(-place), rounding).normalize() + 0, "%"), language
    )


def _compared(harm: Harm, language: str, known: Knowledge) -> str:
    treated = _told(f"frequency.{harm.counted}", harm.of_100, harm.of, language, known)
    if harm.of_100_comparison is None:
        return treated
    placebo = _told("frequency.placebo", harm.of_100_comparison, harm.of_comparison, language, known)
    return f"{treated}, {placebo}"


def _told(key: str, of_100: Decimal | None, of: int | None, language: str, known: Knowledge) -> str:
    if of_100 is None or of is None:
        raise ValueError("a figure out of 100 names how many were counted")
    least, most = interval_of_100(of_100, of)
    figures: dict[str, Figure] = {"of_100": _rounded(of_100, of_100 < 1), "least": least, "most": most}
    return known.text(key, language, **figures)


def interval_of_100(of_100: Decimal, of: int) -> tuple[Decimal, Decimal]:
    """Between how many of 100 the true figure lies, from every count that is printed as this percentage."""
    return _between(of_printed(of_100, of), 100)


def _between(interval: tuple[float, float], base: int) -> tuple[Decimal, Decimal]:
    least, most = (Decimal(share) * base for share in interval)
    fine = 0 < round(least, 1) < 1  # else the least would read as nobody
    return _rounded(least, fine), _rounded(most, fine)


def _rounded(figure: Decimal, fine: bool) -> Decimal:
    """Whole people, or tenths."""
    return round(figure, 1 if fine else 0)


def _base(share: Decimal) -> int:
    """The smallest round number of people among whom it happens to ten, so that rounding hides little."""
    return next((base for base in _BASES if share * base >= 10), _BASES[-1] if share else _BASES[0])


def grouped(number: int, language: str) -> str:
    """29,368; in French 29 368 with a space that does not break."""
    return f"{number:,}".replace(",", _THOUSANDS.get(language, ","))
