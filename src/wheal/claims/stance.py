"""Is a statement the author's own? Not if denied, dismissed, reported, asked, supposed, meant, or of another treatment.

The rules are in docs/decisions/0009-what-counts-as-making-a-claim.md, their words in phrases/*/stance.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from wheal.claims.phrases import Kind
from wheal.claims.reading import Sentence

Marks = Mapping[str, re.Pattern[str]]


def is_authors(sentence: Sentence, start: int, end: int, *, kind: Kind, denies: bool, marks: Marks) -> bool:
    """`start` and `end` frame what was found in the sentence's text."""
    return not (
        sentence.asked
        or _quoted(sentence, start, end)
        or _denied(sentence.text, start, end, denies, marks)
        or _dismissed(
            sentence.text, start, end, own=denies or kind == "comparison", denies=denies, marks=marks
        )
        or _supposed(sentence.text, start, marks)
        or _reported(sentence.text, start, end, marks)
        or (kind == "effect" and _only_meant(sentence.text, start, end, marks))
        or (kind in ("effect", "fact") and _of_another(sentence, start, end, marks))
    )


def is_plain(sentence: Sentence, *, kind: Kind, marks: Marks) -> bool:
    """Whether nothing in the sentence, wherever it stands, could take any statement of this kind from the author."""
    text = sentence.text
    any_of = [
        "says_who",
        "says_who_after",
        "hearsay",
        "rejects",
        "contrary",
        "supposes",
        "dismisses",
        "turns_round",
    ]
    if kind == "effect":
        any_of += ["meant", "possible", "denies"]
    return not (
        sentence.asked
        or sentence.quoted
        or any(marks[name].search(text) for name in any_of)
        or (kind in ("effect", "fact") and _of_another(sentence, len(text), len(text), marks))
    )


def goes_to_another(sentence: Sentence, marks: Marks) -> bool:
    """Whether the next sentence's "it" is another treatment: what this one's own "it" is, the first that it names, or
    the one before."""
    if marks["stands_for"].match(sentence.text):
        return sentence.of_other
    plain = _masked(sentence.text, marks["comparison"])
    other, ours = (marks[name].search(plain) for name in ("other_treatment", "this_treatment"))
    if other and ours:
        return other.start() < ours.start()
    return bool(other) or (sentence.of_other and not ours)


def _quoted(sentence: Sentence, start: int, end: int) -> bool:
    return any(begin <= start and end <= close for begin, close in sentence.quoted)


def _denied(text: str, start: int, end: int, denies: bool, marks: Marks) -> bool:
    """A "no" in the same clause, to the end of what was found; before it, for a phrase with its own "no"."""
    if marks["rejects"].search(text) or _contrary(text, start, marks):
        return True
    clause = _clause_start(text, start, marks)
    before = _masked(text[clause:start], marks["denies_nothing"])
    if denies:
        return bool(marks["denies_twice"].search(before))
    scope = _masked(text[clause:end], marks["denies_nothing"])
    return bool(marks["denies"].search(scope) or marks["denies_next"].search(before))


def _contrary(text: str, start: int, marks: Marks) -> bool:
    """Between "contrary to what…" and its comma. What stands outside is the author's own."""
    for match in marks["contrary"].finditer(text, 0, start):
        close = text.find(",", match.end())
        if close < 0 or start < close:
            return True
    return False


def _dismissed(text: str, start: int, end: int, *, own: bool, denies: bool, marks: Marks) -> bool:
    """Called pointless, a waste of time or what one can do without, in the same clause; `own`: not by words of what was
    found, where they are part of the claim as in "no need for surgery"."""
    before, found = text[_clause_start(text, start, marks) : start], text[start:end]
    behind = text[end : _joint_after(text, end, marks)].split(",")[0]
    around, whole = (
        _masked(scope, marks["dismisses_nothing"])
        for scope in (f"{before}\n{behind}", before + found + behind)
    )
    dismissed = marks["dismisses"].search(around if own else whole)
    return bool(dismissed or marks["turns_round"].search(around if denies else whole))


def _joint_after(text: str, end: int, marks: Marks) -> int:
    joint = marks["joints"].search(text, end)
    return joint.start() if joint else len(text)


def _clause_start(text: str, start: int, marks: Marks) -> int:
    last = 0
    for match in marks["clause"].finditer(text, 0, start):
        last = match.end()
    return max(last, max(text.rfind(mark, 0, start) + 1 for mark in ",;:()—"))


def _supposed(text: str, start: int, marks: Marks) -> bool:
    """After "if…": between the last comma and what was found."""
    return bool(marks["supposes"].search(text, max(text.rfind(mark, 0, start) + 1 for mark in ",;:("), start))


def _masked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda found: "x" * len(found[0]), text)


def _reported(text: str, start: int, end: int, marks: Marks) -> bool:
    """After "some say that…" until a turn; before "…, they say"; in a clause with "allegedly"."""
    if marks["says_who_after"].search(text, end):
        return True
    clause = _clause_start(text, start, marks)
    if marks["hearsay"].search(text[clause:end]):
        return True
    return any(not _turned(text, match, start, marks) for match in marks["says_who"].finditer(text, 0, end))


def _turned(text: str, said: re.Match[str], start: int, marks: Marks) -> bool:
    """Whether the author takes the word back between the report and what was found."""
    if said.end() > start:
        return said.start() > start
    between = text[said.end() : start]
    concedes = marks["concedes"].match(text)
    return bool(marks["turn"].search(between)) or bool(concedes and "," in between) or ";" in between


def _only_meant(text: str, start: int, end: int, marks: Marks) -> bool:
    """In what is said with one verb: "used for the skin, and for the reduction of fat" is one purpose."""
    scope = text[_said_from(text, start, marks) : end]
    return any(marks[name].search(scope) for name in ("meant", "possible"))


def _said_from(text: str, start: int, marks: Marks) -> int:
    """Where the last joint before begins: "so that it melts" reads with the word that joins it."""
    return max((joint.start() for joint in marks["joints"].finditer(text, 0, start)), default=0)


def _of_another(sentence: Sentence, start: int, end: int, marks: Marks) -> bool:
    """The nearest treatment named before is another one, comparisons aside; "it" is the sentence before's."""
    text = sentence.text
    before = _masked(text[:end], marks["comparison"])
    others = [match.end() for match in marks["other_treatment"].finditer(before, 0, end)]
    ours = [match.end() for match in marks["this_treatment"].finditer(before, 0, end)]
    if others:
        return not ours or max(ours) < max(others)
    if sentence.of_other and not ours and marks["stands_for"].match(text):
        return True
    return bool(marks["other_treatment_after"].match(text[end:].lstrip()))
