"""Signs and samples lead only to what is held, and no red flag is without a source or something to do."""

from __future__ import annotations

from collections.abc import Iterator

from wheal.knowledge.known import Knowledge
from wheal.knowledge.problems import Problem
from wheal.knowledge.signs import Sign


def problems(known: Knowledge) -> Iterator[Problem]:
    for name, sign in known.signs.items():
        yield from _sign(known, f"signs/{name}.toml", sign)
    for name, sample in known.samples.items():
        for kind in sample.tests:
            if kind not in known.vocabulary.exposure_kinds:
                yield Problem(f"samples/{name}.toml", "tests", f"{kind!r} is no kind of exposure")
    for name, harm in known.harms.items():
        for kind in harm.kinds:
            if kind not in known.vocabulary.event_kinds:
                yield Problem(f"events/{name}.toml", "kinds", f"{kind!r} is no kind of event")


def _sign(known: Knowledge, file: str, sign: Sign) -> Iterator[Problem]:
    for kind in (sign.kind, *sign.kinds):
        if kind not in known.vocabulary.event_kinds:
            yield Problem(file, "kind", f"{kind!r} is no kind of event")
    if sign.warning and sign.warning not in known.vocabulary.conditions:
        yield Problem(file, "warning", f"{sign.warning!r} is no condition")
    if sign.emergency and sign.emergency not in known.emergencies:
        yield Problem(file, "emergency", f"the emergency {sign.emergency!r} is not held")
    for sample in sign.samples:
        if sample not in known.samples:
            yield Problem(file, "samples", f"the sample {sample!r} is not held")
    yield from _what_is_told(known, file, sign)


def _what_is_told(known: Knowledge, file: str, sign: Sign) -> Iterator[Problem]:
    told = known.aftercare.get(sign.aftercare)
    if sign.is_red_flag and (told is None or told.kind != "red_flag"):
        yield Problem(file, "aftercare", "a red flag names the red flag of aftercare/ that tells the patient")
    if not sign.is_red_flag and (sign.aftercare or sign.warning or sign.kinds or sign.samples):
        yield Problem(file, "urgency", "warnings, kinds, samples and aftercare belong to a red flag")
