"""Any element of FHIR as one line of words, for people who read what a program does not understand: nothing of it is
left out but what says nothing of the person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from wheal.fhir.datatypes import ABSENT

Find = Callable[[str], Mapping[str, Any] | None]
"""What a reference leads to."""
NAMES: Final = (
    "code", "medicationCodeableConcept", "vaccineCode", "event", "deviceName", "type", "title", "name", "description",
    "relationship", "device",
)  # fmt: skip
"""Elements that say what a resource is of, the first that is there."""
_PLAIN: Final = {
    "text",
    "doseAndRate",
    "doseQuantity",
    "doseRange",
    "dose",
    "timing",
    "repeat",
    "value",
    "code",
}
"""Elements whose value says by itself what it is."""


def in_words(node: Any, find: Find) -> str:
    if isinstance(node, list):
        return ", ".join(told for each in node if (told := in_words(each, find)))
    if isinstance(node, Mapping):
        return _of_object(node, find)
    if isinstance(node, float) and node.is_integer():
        return str(int(node))
    return str(node).lower() if isinstance(node, bool) else str(node if node is not None else "")


def _of_object(node: Mapping[str, Any], find: Find) -> str:
    if isinstance(node.get("reference"), str):
        return _reference(node, find)
    for names, tell in _TYPES:
        if any(name in node for name in names):
            return tell(node, find)
    if "display" in node or isinstance(node.get("code"), str):
        return str(node.get("display") or node["code"])
    return ", ".join(_named(node, find))


def _named(node: Mapping[str, Any], find: Find) -> Iterator[str]:
    for name, inner in node.items():
        words = in_words(inner, find)
        bare = name.removeprefix("_")
        if words and name != "id":
            says_itself = bare in _PLAIN or bare.startswith("value") or bare == "extension"
            yield words if says_itself else f"{bare}: {words}"


def _concept(node: Mapping[str, Any], find: Find) -> str:
    shown, text = [each.get("display", "") for each in node.get("coding", [])], str(node.get("text", ""))
    if not text and not any(shown):
        shown = [each.get("code", "") for each in node.get("coding", [])]
    others = [each for each in dict.fromkeys(shown) if each and each.casefold() != text.casefold()]
    if not text:
        text, others = ", ".join(others), []
    return _with(f"{text} ({', '.join(others)})" if others else text, node, find, {"coding", "text"})


def _quantity(node: Mapping[str, Any], find: Find) -> str:
    parts = (
        node.get("comparator", ""),
        in_words(node["value"], find),
        node.get("unit") or node.get("code", ""),
    )
    return _with(" ".join(str(each) for each in parts if each), node, find, _OF_QUANTITIES)


_OF_QUANTITIES: Final = {"comparator", "value", "unit", "code", "system", "use", "type", "assigner", "period"}


def _between(first: str, second: str, sign: str) -> Callable[[Mapping[str, Any], Find], str]:
    def tell(node: Mapping[str, Any], find: Find) -> str:
        ends = (in_words(node.get(first), find) or "…", in_words(node.get(second), find) or "…")
        return _with(sign.join(ends), node, find, {first, second})

    return tell


def _reference(node: Mapping[str, Any], find: Find) -> str:
    literal = str(node.get("reference", ""))
    there = find(literal)
    named = node.get("display") or (called(there, find) if there else "") or literal
    return _with(str(named), node, find, {"reference", "display", "type", "identifier"})


def _extension(node: Mapping[str, Any], find: Find) -> str:
    name = str(node["url"]).rpartition("/")[2]
    inner = ", ".join(_named({key: each for key, each in node.items() if key != "url"}, find))
    if node["url"] == ABSENT:
        return f"({inner})"
    return "" if name == "point" else f"{name}: {inner}"  # the places of a pass are for a drawing


def _attachment(node: Mapping[str, Any], _find: Find) -> str:
    return str(node.get("title") or node["contentType"])


def _with(words: str, node: Mapping[str, Any], find: Find, said: set[str]) -> str:
    more = ", ".join(_named({name: each for name, each in node.items() if name not in said}, find))
    return f"{words} ({more})" if more else words


_TYPES: Final[tuple[tuple[tuple[str, ...], Callable[[Mapping[str, Any], Find], str]], ...]] = (
    (("contentType",), _attachment), (("url",), _extension), (("coding",), _concept), (("value",), _quantity),
    (("numerator", "denominator"), _between("numerator", "denominator", " / ")),
    (("low", "high"), _between("low", "high", " – ")), (("start", "end"), _between("start", "end", " – ")),
)  # fmt: skip
"""By what stands in one of its elements alone."""


def called(told: Mapping[str, Any], find: Find) -> str:
    """What a resource is of; "" where it does not say."""
    name = next((each for each in NAMES if told.get(each)), "")
    if name == "deviceName":
        return in_words([each.get("name") for each in told[name]], find)
    return in_words(told.get(name), find)


def lots(medicine: Mapping[str, Any], find: Find) -> Iterator[str]:
    """From which lots something was drawn up, as far as it says, with what was in each; of a mix, of each thing."""
    parts = [each for each in medicine.get("ingredient", []) if each]
    if batch := medicine.get("batch", {}):
        held = (
            in_words(each.get("itemReference") or each.get("itemCodeableConcept"), find) for each in parts
        )
        strong = (in_words(each.get("strength"), find) for each in parts)
        inside = ", ".join(" ".join(pair).strip() for pair in zip(held, strong, strict=True))
        told = (called(medicine, find), batch.get("lotNumber", ""), batch.get("expirationDate", ""), inside)
        yield " · ".join(str(each) for each in told if each)
    for each in parts:
        there = find(each.get("itemReference", {}).get("reference", ""))
        if there is not None and there.get("batch"):
            yield from lots(there, find)
