"""What a clinic says to a registry, under its signature: a month that it sends, or what it asks.

letter = sealed({"clinic": name, …}, private_key)
whose(letter)                        # the clinic that it says it is of: nothing is believed yet
read(letter, public_key)             # what it says, or NotGenuine
proof(name, digest, private_key)     # beside a part, which is no letter; proven(…) is its other side
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FORMAT: Final = "wheal-registry/1"
"""Of what is asked, and of months in which a reaction that nobody judged was written as one that is mild."""
WITH_MORE: Final = "wheal-registry/2"
"""Of months that tell these apart, and held columns for which nothing asks (`wheal.measures.formats`)."""
MONTHS: Final = "wheal-registry/3"
"""Of months as they are sent."""
HELD: Final = "held"
"""Asks which months of this clinic the registry holds, and in which edition."""
FORGET: Final = "forget"
"""Asks that all of this clinic's months are taken out."""
ANSWERS: Final = "answers"
"""Asks what was counted, as the registry's own pages would show it to this clinic. `has`: the tag of what it has."""
NO_SUCH_QUESTION: Final = "it asks for something that is not known here"
"""The words of a registry, of any version, to which a question is new."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{2,62}")


class NotGenuine(Exception):
    """The letter is not signed by this clinic, or is no letter."""


def sealed(said: Mapping[str, object], key: Ed25519PrivateKey) -> bytes:
    body = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    return key.sign(body).hex().encode() + b"\n" + body


def asking(clinic: str, what: str, key: Ed25519PrivateKey, **more: str) -> bytes:
    return sealed({"format": FORMAT, "clinic": clinic, "asks": what, **more}, key)


def whose(letter: bytes) -> str:
    name = _said(letter.partition(b"\n")[2]).get("clinic")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise NotGenuine("it names no clinic")
    return name


def read(letter: bytes, key: Ed25519PublicKey) -> dict[str, Any]:
    """Raises NotGenuine, saying why."""
    signature, _, body = letter.partition(b"\n")
    _verify(signature, body, key)
    said = _said(body)
    if said.get("format") not in (FORMAT, WITH_MORE, MONTHS):
        raise NotGenuine(f"its format is none of {FORMAT}, {WITH_MORE} and {MONTHS}")
    return said


def proof(digest: str, key: Ed25519PrivateKey) -> str:
    return key.sign(_part(digest)).hex()


def proven(signature: str, digest: str, key: Ed25519PublicKey) -> None:
    """Raises NotGenuine."""
    _verify(signature.encode(), _part(digest), key)


def _part(digest: str) -> bytes:
    return f"{FORMAT} part {digest}".encode()


def _verify(signature: bytes, body: bytes, key: Ed25519PublicKey) -> None:
    try:
        key.verify(bytes.fromhex(signature.decode("ascii")), body)
    except (InvalidSignature, ValueError) as problem:
        raise NotGenuine("it is not signed with the key that this clinic enrolled") from problem


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise NotGenuine("it is no letter") from problem
    if not isinstance(said, dict):
        raise NotGenuine("it is no letter")
    return said
