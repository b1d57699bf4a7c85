"""The page that everybody reads, of a release: how many were treated and harmed in all, then group by group."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import get_language

from wheal import knowledge
from wheal.clinic.registry import pictures, tables
from wheal.knowledge.measuring import Measure
from wheal.measures.releasing import EVERY, Release


def page(made: Release) -> dict[str, object]:
    known = knowledge.current().measures
    asked = sorted(
        ((code, known[code]) for code in made.told if code in known and known[code].is_public),
        key=lambda pair: pair[1].order,
    )
    return {
        "in_all": _in_all(made, [(code, it) for code, it in asked if not it.by]),
        "told": [_by_group(made, code, it) for code, it in asked if it.by],
        "next": made.on + EVERY,
        "sources": sorted({source for _code, it in asked for source in it.sources}),
    }


def _in_all(made: Release, asked: list[tuple[str, Measure]]) -> dict[str, object]:
    """One table, a line for each question: its name stands where a group's does."""
    language = (get_language() or "en").partition("-")[0]
    names = {code: knowledge.current().text(f"measure.{code}.name", language) for code, _it in asked}
    lines = [replace(line, group=(code,)) for code, _it in asked for line in made.told[code].lines]
    most, bars = pictures.bars(lines, names)
    told = {line.group[0] for line in lines}
    left_out = any(code not in told and made.told[code].leaves_out for code, _it in asked)
    return {"codes": names, "measure": asked[0][1] if asked else None, "most": most, "bars": bars,
            "leaves_out": left_out}  # fmt: skip


def _by_group(made: Release, code: str, measure: Measure) -> dict[str, object]:
    section = made.told[code]
    most, bars = pictures.bars(tables.most_first(section.lines), {})
    return {"code": code, "measure": measure, "section": section, "most": most, "bars": bars}
