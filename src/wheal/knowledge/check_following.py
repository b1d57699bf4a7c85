"""Instruments, schedules and trials name only what is held, and their figures fit together."""

from __future__ import annotations

from collections.abc import Container, Iterator
from decimal import Decimal

from wheal.knowledge.following import Arm, Instrument, Trial
from wheal.knowledge.known import Knowledge
from wheal.knowledge.problems import Problem


def problems(known: Knowledge) -> Iterator[Problem]:
    for name, instrument in known.instruments.items():
        yield from _instrument(known, f"instruments/{name}.toml", instrument)
    for name, schedule in known.schedules.items():
        file = f"schedules/{name}.toml"
        yield from _held(file, "purposes", schedule.purposes, known.vocabulary.purposes)
        if not schedule.asked:
            yield Problem(file, "asked", "a schedule without a call asks nobody")
    for name, trial in known.trials.items():
        yield from _trial(known, f"trials/{name}.toml", trial)


def _held(file: str, key: str, named: tuple[str, ...], held: Container[str]) -> Iterator[Problem]:
    yield from (Problem(file, key, f"{code!r} is not held") for code in named if code not in held)


def _instrument(known: Knowledge, file: str, it: Instrument) -> Iterator[Problem]:
    yield from _held(file, "areas", it.areas, known.areas)
    yield from _held(file, "purposes", it.purposes, known.vocabulary.purposes)
    bounds = [it.least, it.usual_least, it.usual_most, it.most]
    given = [bound for bound in bounds if bound is not None]
    if given != sorted(given):
        yield Problem(file, "usual_least", "least, usual_least, usual_most and most must rise")
    if it.agreement and not Decimal(0) <= it.agreement.r2 <= 1:
        yield Problem(file, "agreement.r2", "a squared correlation lies between 0 and 1")


def _trial(known: Knowledge, file: str, trial: Trial) -> Iterator[Problem]:
    yield from _held(file, "substances", trial.substances, known.substances)
    yield from _held(file, "areas", trial.areas, known.areas)
    yield from _held(file, "instruments", trial.instruments, known.instruments)
    for key, arm in (("treated", trial.treated), ("placebo", trial.placebo)):
        yield from _arm(file, key, arm)


def _arm(file: str, key: str, arm: Arm) -> Iterator[Problem]:
    if not Decimal(0) <= arm.of_100 <= 100:
        yield Problem(file, f"{key}.of_100", "a share lies between 0 and 100")
    if arm.of < 1:
        yield Problem(file, f"{key}.of", "it must be said of how many")
