"""Is an event expected? By the label of what was injected, and by what else is published of it.

An event that no label lists is unexpected, also where publications know it: labels are what a regulator judges by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from wheal.knowledge import Knowledge
from wheal.knowledge.records import Harm
from wheal.surveillance import COMMON, NEVER_PROMISED, Exposure

Standing = Literal["label", "published", "not_listed", "not_known"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """`harms`: the files of events/ that hold it. `not_known` where nothing injected is held or the kind is open."""

    standing: Standing
    harms: tuple[str, ...] = ()


def judge(kind: str, substances: Iterable[str], known: Knowledge) -> Expectation:
    """By the harms of the substances given, and by those of any injection."""
    given = {name for name in substances if name in known.substances}
    if not given or kind == "other":
        return Expectation("not_known")
    found = [
        (name, harm)
        for name, harm in known.harms.items()
        if kind in harm.kinds and (not harm.substances or given & set(harm.substances))
    ]
    labelled = [name for name, harm in found if _is_labelled(harm, known)]
    if labelled:
        return Expectation("label", tuple(sorted(labelled)))
    standing: Standing = "published" if found else "not_listed"
    return Expectation(standing, tuple(sorted(name for name, _harm in found)))


def kinds_promised(known: Knowledge) -> frozenset[str]:
    """By the label of whatever substance."""
    return frozenset(kind for kind, _harm in _frequencies(known))


def promised(
    products: Mapping[Exposure, Iterable[str]], known: Knowledge
) -> dict[tuple[str, Exposure], float]:
    """The share of people for whom a label lets a reaction of a kind be expected, for the watch: of each product by the
    substances in it, 0 where their labels tell of none."""
    told = list(_frequencies(known))
    found = {(kind, product): 0.0 for kind, _harm in told for product in products}
    for kind, harm in told:
        for product, given in products.items():
            if set(given) & set(harm.substances):
                found[kind, product] = max(found[kind, product], float(harm.of_100 or 0) / 100)
    return found


def _frequencies(known: Knowledge) -> Iterator[tuple[str, Harm]]:
    """What is watched, told by a label with its frequency, and may be promised at all."""
    for harm in known.harms.values():
        if harm.of_100 and harm.counted == "people" and _is_labelled(harm, known):
            yield from ((kind, harm) for kind in harm.kinds if kind not in COMMON | NEVER_PROMISED)


def _is_labelled(harm: Harm, known: Knowledge) -> bool:
    return bool(harm.substances) and any(known.sources[name].seen == "label" for name in harm.sources)
