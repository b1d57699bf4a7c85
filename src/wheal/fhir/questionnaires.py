"""The history questions as a Questionnaire, answers to them as a QuestionnaireResponse, and back.

An item without an answer was not asked. "Not known" is an item marked `asked-unknown`; "none of these" is the code
`none`. What a question fills is said by the knowledge; nothing of it is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any, Final

from wheal.fhir import canonical, terms
from wheal.fhir.beyond import CODING, ENVELOPE, REFERENCE, beyond
from wheal.fhir.datatypes import ABSENT, UCUM, Json, absent, coding, extension, held, number, resource
from wheal.fhir.outcomes import Problem
from wheal.knowledge import Knowledge
from wheal.knowledge.records import Question

Answers = dict[str, Any]
NONE: Final = "none"
NOT_KNOWN: Final = "asked-unknown"
NOT_APPLICABLE: Final = "not-applicable"
NOT_ASKED: Final = "not-asked"
ANSWERS: Final = canonical.system("answers")
_TYPES: Final = {"yes_no": "boolean", "codes": "choice", "number": "decimal", "date": "date", "text": "text"}
_VALUES: Final = {
    "yes_no": "valueBoolean", "codes": "valueCoding", "number": "valueDecimal", "date": "valueDate",
    "text": "valueString",
}  # fmt: skip
_UNIT: Final = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
_UCUM: Final = {"mmHg": "mm[Hg]"}
"""What people write otherwise than UCUM."""
_LEAST: Final = "http://hl7.org/fhir/StructureDefinition/minValue"
_MOST: Final = "http://hl7.org/fhir/StructureDefinition/maxValue"


def in_order(known: Knowledge) -> list[tuple[str, Question]]:
    return sorted(known.questions.items(), key=lambda each: (each[1].order, each[0]))


def questionnaire(known: Knowledge, language: str) -> Json:
    pages = groupby(in_order(known), key=lambda each: each[1].page)
    items: dict[str, list[Json]] = {}
    for page, questions in pages:
        items.setdefault(page, []).extend(_asked(*each, known, language) for each in questions)
    return resource(
        "Questionnaire", "history", language=language, url=canonical.QUESTIONNAIRE, version=known.version,
        name="WhealHistory", title="History", status="active", experimental=False, subjectType=["Patient"],
        publisher="Wheal",
        item=[
            {"linkId": f"page.{page}", "type": "group", "text": page, "item": asked} for page, asked in items.items()
        ],
    )  # fmt: skip


def _asked(name: str, question: Question, known: Knowledge, language: str) -> Json:
    more: list[Json] = []
    if question.kind == "number":
        if question.unit:
            more.append(
                extension(
                    _UNIT, "Coding", coding(UCUM, _UCUM.get(question.unit, question.unit), question.unit)
                )
            )
        for url, bound in ((_LEAST, question.least), (_MOST, question.most)):
            if bound is not None:
                more.append(extension(url, "Decimal", number(bound)))
    options = [{"valueCoding": each} for each in _options(question, known, language)]
    return held(
        extension=more, linkId=name, text=known.text(f"question.{name}.ask", language), type=_TYPES[question.kind],
        repeats=True if question.kind == "codes" else None, answerOption=options,
    )  # fmt: skip


def _options(question: Question, known: Knowledge, language: str) -> Iterator[Json]:
    if question.kind != "codes":
        return
    for code in question.codes:
        yield _coding(question.fills, code, known, language)
    yield coding(ANSWERS, NONE, "None of these")


def _coding(group: str, code: str, known: Knowledge, language: str) -> Json:
    return coding(canonical.system(group), code, terms.worded(group, code, known, language))


def items(answers: Answers, known: Knowledge, language: str) -> list[Json]:
    """Of what was answered, each in its section as the Questionnaire has it."""
    told: dict[str, list[Json]] = {}
    for name, question in in_order(known):
        if name in answers:
            told.setdefault(question.page, []).append(_told(name, question, answers[name], known, language))
    return [{"linkId": f"page.{page}", "item": rows} for page, rows in told.items()]


def _told(name: str, question: Question, answer: Any, known: Knowledge, language: str) -> Json:
    item = {"linkId": name, "text": known.text(f"question.{name}.ask", language)}
    if isinstance(answer, dict):  # a slip, or of an earlier day: nobody has asked today
        return item | absent(NOT_ASKED)
    if answer is None:
        return item | absent(NOT_KNOWN)
    if question.kind != "codes" and answer == []:  # a day that some people have not
        return item | absent(NOT_APPLICABLE)
    return item | {
        "answer": [{_VALUES[question.kind]: each} for each in _values(question, answer, known, language)]
    }


def _values(question: Question, answer: Any, known: Knowledge, language: str) -> list[Any]:
    if question.kind == "codes":
        codes = [_coding(question.fills, code, known, language) for code in answer]
        return codes or [coding(ANSWERS, NONE, "None of these")]
    return [number(Decimal(answer))] if question.kind == "number" else [answer]


@dataclass(frozen=True, slots=True)
class Read:
    """`withheld`: by question, why its answer is not told though there may be one; in `answers` it is not known.
    `told`: what whoever sent it should know."""

    answers: Answers
    problems: tuple[Problem, ...]
    withheld: Mapping[str, str]
    told: tuple[Problem, ...] = ()


def read(
    response: Mapping[str, Any], known: Knowledge, *, today: date, path: str = "QuestionnaireResponse"
) -> Read:
    """What a QuestionnaireResponse answers. Every item that is none of the questions, every value that is none of
    its answers, and whatever is said beside them, is a problem with its path: what cannot be understood is refused,
    never dropped."""
    answers: Answers = {}
    withheld: dict[str, str] = {}
    told: list[Problem] = []
    problems = list(beyond(response, KEPT, path))
    pages = {f"page.{question.page}" for question in known.questions.values()}
    for where, item in _walk(response.get("item", []), f"{path}.item"):
        name = item["linkId"]
        if name in pages:
            problems += _beside(item, where)
            continue
        question = known.questions.get(name)
        if question is None:
            words = f"{name!r} is no question of {canonical.QUESTIONNAIRE}"
            problems.append(Problem("code-invalid", words, f"{where}.linkId"))
        elif name in answers:
            problems.append(Problem("duplicate", f"{name!r} is answered twice", where))
        else:
            problems += _said_beside(item, question, where)
            told += _asked_otherwise(item, name, known, where)
            found = _answer(item, question, where, today)
            if isinstance(found, Problem):
                problems.append(found)
            elif found is not _UNASKED:
                answers[name] = found
                if (why := _why(item)) in WITHHELD:
                    withheld[name] = why
    return Read(answers, tuple(problems), withheld, tuple(told))


WITHHELD: Final = ("masked", "asked-declined")
"""An answer that is there and not told, or was not given: here it is not known, and in the words of the sender it stays
what it was."""
_PLACES: Final = {"linkId": None, "text": None, "item": None}
KEPT: Final = ENVELOPE | {
    "identifier": None, "questionnaire": None, "status": None, "subject": REFERENCE, "authored": None,
    "author": REFERENCE, "source": REFERENCE, "item": None,
}  # fmt: skip
"""Of a QuestionnaireResponse; what may stand in an item is looked at item by item."""


def _beside(item: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """A page asks nothing: whatever it says but its name would be lost."""
    yield from beyond(item, _PLACES, path)
    if item.get("text", item["linkId"].partition(".")[2]) != item["linkId"].partition(".")[2]:
        yield Problem("not-supported", "a page asks nothing: these words would be lost", f"{path}.text")


def _said_beside(item: Mapping[str, Any], question: Question, path: str) -> Iterator[Problem]:
    kept = dict(_PLACES) | {"answer": {_VALUES[question.kind]: CODING if question.kind == "codes" else None}}
    for place, each in enumerate(item.get("extension", [])):
        if each.get("url") != ABSENT or "answer" in item:
            words = "what stands in this extension would be lost"
            yield Problem("extension", words, f"{path}.extension[{place}]")
    bare = {name: inner for name, inner in item.items() if name != "extension"}
    for wrong in beyond(bare, kept, path):
        if not wrong.path.rpartition(".")[2].startswith("value"):  # of the wrong type: said of the answer
            yield wrong


def _asked_otherwise(item: Mapping[str, Any], name: str, known: Knowledge, path: str) -> Iterator[Problem]:
    text = item.get("text")
    ours = {known.text(f"question.{name}.ask", each) for each in known.languages}
    if text is not None and text.strip() not in ours:
        words = f"asked as {text!r}, here as {known.text(f'question.{name}.ask', 'en')!r}: does the answer still hold?"
        yield Problem("business-rule", words, f"{path}.text", "warning")


_UNASKED: Final = object()


def _walk(listed: Iterable[Mapping[str, Any]], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for place, item in enumerate(listed):
        here = f"{path}[{place}]"
        yield here, item
        yield from _walk(item.get("item", []), f"{here}.item")


def _answer(item: Mapping[str, Any], question: Question, path: str, today: date) -> Any:
    given = item.get("answer", [])
    if not given:
        return _absent(_why(item), question, path)
    if len(given) > 1 and question.kind != "codes":
        return Problem("structure", "this question takes one answer", f"{path}.answer[1]")
    wanted, values = _VALUES[question.kind], []
    for place, each in enumerate(given):
        here = f"{path}.answer[{place}]"
        if each.keys() - {"id", "extension"} != {wanted}:
            return Problem("value", f"this question is answered by {wanted}", here)
        value = _value(each[wanted], question, f"{here}.{wanted}", today)
        if isinstance(value, Problem):
            return value
        values.append(value)
    return _of_codes(values, path) if question.kind == "codes" else values[0]


def _why(item: Mapping[str, Any]) -> str | None:
    found = (each.get("valueCode") for each in item.get("extension", []) if each.get("url") == ABSENT)
    return next(found, None)


def _absent(why: str | None, question: Question, path: str) -> Any:
    if why in (None, NOT_ASKED):
        return _UNASKED
    if question.may_be_none and why == NOT_APPLICABLE:
        return []
    if why in (NOT_KNOWN, "unknown", "temp-unknown", *WITHHELD):
        return None
    known = ", ".join((NOT_KNOWN, NOT_ASKED, *WITHHELD, *([NOT_APPLICABLE] if question.may_be_none else [])))
    return Problem(
        "code-invalid", f"{why} is none of the reasons that are kept here: {known}", f"{path}.extension"
    )


def _of_codes(values: list[str], path: str) -> Any:
    if NONE in values and len(values) > 1:
        return Problem(
            "business-rule", "“none of these” beside a code: one of them is wrong", f"{path}.answer"
        )
    return [] if values == [NONE] else list(dict.fromkeys(values))


def _value(value: Any, question: Question, path: str, today: date) -> Any:
    if question.kind == "codes":
        return _code(value, question, path)
    if question.kind == "number":
        return _number(value, question, path)
    if question.kind == "date":
        return _day(value, path, today)
    return value


def _code(value: Mapping[str, Any], question: Question, path: str) -> Any:
    system, code = value.get("system", ""), value.get("code", "")
    if (system, code) == (ANSWERS, NONE):
        return NONE
    if system == canonical.system(question.fills) and code in question.codes:
        return code
    return Problem("code-invalid", f"{system}|{code} is none of the answers to this question", path)


def _number(value: Any, question: Question, path: str) -> Any:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return Problem("value", "no number", path)
    least, most = question.least, question.most
    if not found.is_finite() or (least is not None and found < least) or (most is not None and found > most):
        return Problem("value", f"{value} is outside {least} to {most} {question.unit}", path)
    return f"{found:f}"


def _day(value: Any, path: str, today: date) -> Any:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return Problem("value", f"{value!r} is no whole day", path)
    if found > today:
        return Problem("business-rule", f"{value} is still to come", path)
    return found.isoformat()
