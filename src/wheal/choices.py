"""What else could be done, beside what is planned: the same aspects of each way, so that they can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wheal import frequencies
from wheal.knowledge import Knowledge
from wheal.knowledge.alternatives import ASPECTS, Alternative, Told
from wheal.knowledge.check_sources import OWN_RULE


@dataclass(frozen=True, slots=True)
class Wish:
    """What a plan wants, as far as the ways to it are concerned."""

    purpose: str
    area: str
    substances: tuple[str, ...]
    country: str


@dataclass(frozen=True, slots=True)
class Ways:
    """`planned` describes the injections of the plan itself; None where nothing is held of such."""

    planned: tuple[str, Alternative] | None
    others: tuple[tuple[str, Alternative], ...]

    @property
    def all(self) -> tuple[tuple[str, Alternative], ...]:
        return (*((self.planned,) if self.planned else ()), *self.others)

    @property
    def sources(self) -> Iterator[str]:
        """Those of other people. What the plan itself costs, its own price says."""
        for name, way in self.all:
            for aspect, told in way.told().items():
                if told and not (aspect == "price" and self.planned and name == self.planned[0]):
                    yield from (source for source in told.sources if source != OWN_RULE)


def ways(wish: Wish, known: Knowledge) -> Ways:
    """Those that fit purpose and area. Injections that name the plan's substances describe it before the general."""
    fitting = sorted(
        (
            (name, way)
            for name, way in known.alternatives.items()
            if wish.purpose in way.purposes and (not way.areas or wish.area in way.areas)
        ),
        key=lambda pair: (pair[1].order, pair[0]),
    )
    injections = [pair for pair in fitting if pair[1].kind == "injection"]
    own = [pair for pair in injections if set(pair[1].substances) & set(wish.substances)]
    general = [pair for pair in injections if not pair[1].substances]
    planned = next(iter([*own, *general]), None)
    others = [pair for pair in fitting if pair[1].kind == "other" or _authorised(pair[1], wish, known)]
    return Ways(planned, tuple(pair for pair in others if pair != planned))


def _authorised(way: Alternative, wish: Wish, known: Knowledge) -> bool:
    """Another medicine is a way to go only where the country authorises it."""
    standing = [known.substances[code].status.get(wish.country) for code in way.substances]
    return bool(standing) and all(status and status.standing == "approved" for status in standing)


def side_by_side(wish: Wish, price: str, language: str, known: Knowledge) -> list[list[str]]:
    """A table: the names of the ways above, an aspect in each row. `price` is that of the plan, in words."""
    found = ways(wish, known)
    names = [known.text(f"alternative.{name}.name", language) for name, _ in found.others]
    if found.planned:
        names.insert(0, known.text("consent.alternatives.plan", language))
    rows = [["", *names]]
    for aspect in ASPECTS:
        cells = [_cell(name, way, aspect, language, known) for name, way in found.all]
        if found.planned and aspect == "price":
            cells[0] = price
        rows.append([known.text(f"consent.alternatives.aspect.{aspect}", language), *cells])
    return rows if found.all else []


def _cell(name: str, way: Alternative, aspect: str, language: str, known: Knowledge) -> str:
    told: Told | None = way.told()[aspect]
    if told is None:
        return known.text(f"consent.alternatives.not_known.{aspect}", language)
    said = [frequencies.with_counts(f"alternative.{name}.{aspect}", told.counts, language, known)]
    said += [frequencies.of_harm(harm, known.harms[harm], language, known) for harm in told.harms]
    if told.certainty != "not_applicable":
        said.append(known.text(f"consent.certainty.{told.certainty}", language))
    return " ".join(said)
