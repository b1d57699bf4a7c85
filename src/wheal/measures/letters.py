"""What a clinic says to a registry, under its signature: a month that it sends, or what it asks.

letter = sealed({"clinic": name, …}, private_key)
whose(letter)                        # the clinic that it says it is of: nothing is believed yet
read(letter, public_key)             # what it says, or NotGenuine
shown = proof(name, digest, private_key, to=…, at=…)   # beside each letter and each part: for which registry, and when
proven(shown, digest, public_key, here=…, now=…)       # or NotGenuine, NotForHere, NotNow

A letter alone would be good for ever and everywhere: who has once been sent one could ask the next registry in the
clinic's name. So each comes with a proof of its bytes for one address and for some minutes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
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
MINUTES: Final = 10
"""How far the clock of a clinic may be from that of the registry."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{2,62}")
_SHOWN: Final = re.compile(
    r"(?i:Wheal-Clinic) ([a-z0-9][a-z0-9-]{2,62}) (\S{1,300}) (\d{1,11}) ([0-9a-f]{128})"
)


class NotGenuine(Exception):
    """The letter is not signed by this clinic, or is no letter."""


class NotForHere(NotGenuine):
    """It is this clinic's, for a registry at another address."""

    why = "address"


class NotNow(NotGenuine):
    """It is this clinic's, of another time: it was kept, or one of the two clocks is wrong."""

    why = "clock"


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


def proof(clinic: str, digest: str, key: Ed25519PrivateKey, *, to: str, at: int) -> str:
    """The Authorization header. `to`: the registry, as its `Host` header; `at`: seconds since 1970."""
    return f"Wheal-Clinic {clinic} {to} {at} {key.sign(_meant(digest, to, at)).hex()}"


def whose_proof(shown: str) -> str:
    return _parted(shown)[0]


def proven(shown: str, digest: str, key: Ed25519PublicKey, *, here: str, now: int) -> None:
    """Raises NotGenuine, NotForHere, NotNow, saying why."""
    _name, to, at, signature = _parted(shown)
    _verify(signature.encode(), _meant(digest, to, int(at)), key)
    if to.lower() != here.lower():
        raise NotForHere(f"it is meant for the registry at {to}, and this one answers at {here}")
    if abs(now - int(at)) > MINUTES * 60:
        raise NotNow(
            f"the clinic's clock says {_time(int(at))} and the registry's {_time(now)}:"
            f" more than {MINUTES} minutes lie between them"
        )


def _parted(shown: str) -> tuple[str, str, str, str]:
    if not (found := _SHOWN.fullmatch(shown)):
        raise NotGenuine(
            "it comes without its clinic's proof of the address and the time that it is meant for"
        )
    name, to, at, signature = found.groups()
    return name, to, at, signature


def _meant(digest: str, to: str, at: int) -> bytes:
    return f"{FORMAT} {digest} to {to} at {at}".encode()


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


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
