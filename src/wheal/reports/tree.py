"""XML in the small: an element is a name, its parts and its attributes."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree

HL7: Final = "urn:hl7-org:v3"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


class Node(ElementTree.Element):
    def or_nothing(self) -> Node | None:
        """None where there is nothing in it."""
        return self if len(self) or self.text else None


def node(name: str, *parts: Node | str | None, **attributes: str) -> Node:
    """Parts that are None are left out; text stands alone. Empty attributes are left out."""
    made = Node(name, {key: value for key, value in attributes.items() if value})
    for part in parts:
        if isinstance(part, str):
            made.text = part
        elif part is not None:
            made.append(part)
    return made


def written(root: Node) -> bytes:
    """With its declaration; the default namespace is HL7's."""
    root.set("xmlns", HL7)
    root.set("xmlns:xsi", XSI)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"
