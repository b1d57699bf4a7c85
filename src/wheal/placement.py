"""Does this technique put the substance where its sources say, at its depth, in a labelled area."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from wheal.dosing import Pass
from wheal.findings import Figures, Finding, fact_missing, find
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Technique
from wheal.quantities import Quantity


def check(one: Pass, known: Knowledge) -> Iterator[Finding]:
    technique = known.techniques[one.technique]
    yield from _depth(one, technique, known)
    for code in sorted(one.mix.substances & known.substances.keys()):
        held = known.substances[code]
        if not set(technique.layers).intersection(held.routes):
            figures = Figures(substance=code)
            yield find(known, "route_not_named", "refer", code, held.sources, figures=figures)
        if held.areas and one.area not in held.areas:
            figures = Figures(substance=code)
            yield find(known, "outside_label_area", "refer", code, held.sources, figures=figures)
    yield from _layer(one, technique, known)


def _layer(one: Pass, technique: Technique, known: Knowledge) -> Iterator[Finding]:
    """Outside the depths of a technique nobody knows the layer: a substance for one layer alone may miss it.

    A technique of which no least depth is held has that of the others into the same layer. Knowledge that was archived
    before there were words for it says nothing of it.
    """
    if one.depth_mm is None or not known.has_text("finding.depth_outside_layer"):
        return
    bound = _broken_bound(one.depth_mm, _least(technique, known), technique.depth_max_mm)
    if bound is None:
        return
    figures = Figures(Quantity.of(one.depth_mm, "mm"), Quantity.of(bound, "mm"))
    for code in sorted(one.mix.substances & known.substances.keys()):
        held = known.substances[code]
        if len(held.routes) == 1:
            yield find(known, "depth_outside_layer", "refer", code, held.sources, figures=figures)


def _least(technique: Technique, known: Knowledge) -> Decimal | None:
    alike = (it.depth_min_mm for it in known.techniques.values() if it.layers == technique.layers)
    return technique.depth_min_mm or min((least for least in alike if least is not None), default=None)


def _depth(one: Pass, technique: Technique, known: Knowledge) -> Iterator[Finding]:
    least, most = technique.depth_min_mm, technique.depth_max_mm
    if least is None and most is None:
        return
    if one.depth_mm is None:
        yield fact_missing(known, "depth_mm", technique.sources)
        return
    bound = _broken_bound(one.depth_mm, least, most)
    if bound is not None:
        figures = Figures(Quantity.of(one.depth_mm, "mm"), Quantity.of(bound, "mm"))
        yield find(
            known, "depth_outside_technique", "caution", "depth_mm", technique.sources, figures=figures
        )


def _broken_bound(depth: Decimal, least: Decimal | None, most: Decimal | None) -> Decimal | None:
    if least is not None and depth < least:
        return least
    return most if most is not None and depth > most else None
