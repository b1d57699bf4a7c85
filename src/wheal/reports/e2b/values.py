"""Values of the message: a code, a measure, a truth, a text, or that nothing is known."""

from __future__ import annotations

from wheal.reports.tree import Node, node


def observation(*parts: Node) -> Node:
    return node("observation", *parts, classCode="OBS", moodCode="EVN")


def interval(low: str, high: str) -> Node | None:
    if not low and not high:
        return None
    return node(
        "effectiveTime",
        node("low", value=low) if low else None,
        node("high", value=high) if high else None,
        **{"xsi:type": "IVL_TS"},
    )


def said(name: str, words: str) -> Node | None:
    return node(name, words) if words else None


def text(words: str | None) -> Node:
    kind = {"xsi:type": "ED"}
    return node("value", words, **kind) if words is not None else node("value", nullFlavor="UNK", **kind)


def coded(code: str, system: str) -> Node:
    return node("value", code=code, codeSystem=system, **{"xsi:type": "CE"})


def measure(value: str, unit: str) -> Node:
    return node("value", value=value, unit=unit, **{"xsi:type": "PQ"})


def boolean(value: bool) -> Node:
    return node("value", value="true" if value else "false", **{"xsi:type": "BL"})


def true_or_nothing(value: bool) -> Node:
    return boolean(True) if value else no_information()


def no_information() -> Node:
    return node("value", nullFlavor="NI", **{"xsi:type": "BL"})
