"""What patients read is plain, measured: whole texts at a school grade of 8 at most, no single one above 10; in French
an ease of 60 at least, no single one below 40. `plainness.py` says by which published formulas.

Grade 8 and ease 60 are what a reader of thirteen to fifteen manages. They are this project's own bounds. A measure of
lengths says nothing of whether a text is true or kind: it finds the sentence that should be two.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from plainness import Counted, counted
from wheal import knowledge
from wheal.clinic.rights.views import GROUNDS

CLINIC = Path(knowledge.__file__).parents[1] / "clinic"
PAGES = (
    *CLINIC.glob("portal/templates/portal/*.html"),
    *CLINIC.glob("safety/templates/safety/reporting/*.html"),
    *CLINIC.glob("followup/templates/followup/own/*.html"),
    *CLINIC.glob("preparing/templates/preparing/own/*.html"),
    CLINIC / "appointments/templates/appointments/no_reminders.html",
    *(
        CLINIC / f"patients/templates/patients/links/{name}.html"
        for name in ("base", "door", "left", "not_found", "refused")
    ),
)
LETTERS = (CLINIC / "patients/letters.py",)
SAID = re.compile(r"""_\("(.+?)"\)""")
WORDS = re.compile(r"""\{%\s*trans\s+"(.+?)"|\{%\s*blocktrans[^%]*%\}(.+?)\{%\s*endblocktrans""", re.S)
CLINICAL = (
    "question", "aftercare", "urgency", "consent", "harm", "alternative", "evidence", "status", "photograph_consent",
    "quote", "instrument_asked",
)  # fmt: skip
FEW = 5  # words: a heading is not measured alone
WHOLE, SINGLE = {"en": 8.0, "fr": 60.0}, {"en": 10.0, "fr": 40.0}


def is_plain(text: Counted, bound: float, language: str) -> bool:
    return text.grade <= bound if language == "en" else text.ease >= bound


def level(text: Counted, language: str) -> str:
    return f"{text.grade if language == 'en' else text.ease:.1f}"


def together(texts: Iterable[str], language: str) -> Counted:
    return sum((counted(text, language) for text in texts), Counted(0, 0, 0))


@cache
def of_the_knowledge(kind: str, language: str) -> dict[str, str]:
    held = knowledge.current().texts_held[language]
    if kind == "sign":
        return {key: text for key, text in held.items() if re.fullmatch(r"sign\.\w+\.ask", key)}
    if kind == "instrument_asked":
        return {
            key: text for key, text in held.items() if re.fullmatch(r"instrument\.\w+\.(ask\w*|step_\d)", key)
        }
    return {key: text for key, text in held.items() if key.split(".")[0] == kind}


def of_the_pages(language: str) -> list[str]:
    """As the templates hold them; in French by the catalogues. A text for one and one for many are two."""
    found = {each for page in PAGES for pair in WORDS.findall(page.read_text()) for each in pair if each}
    found |= {str(words) for words in GROUNDS.values()}
    found |= {words for letter in LETTERS for words in SAID.findall(letter.read_text())}
    english = [each for text in found for each in re.split(r"\{%\s*plural\s*%\}", text)]
    asked = [re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", text) for text in english]
    return asked if language == "en" else [_french(text) for text in asked]


def _french(text: str) -> str:
    for app in ("portal", "safety", "patients", "followup", "preparing", "appointments", "rights"):
        with (CLINIC / app / "locale/fr/LC_MESSAGES/django.mo").open("rb") as file:
            words = gettext.GNUTranslations(file)._catalog
        if found := words.get(text) or words.get((text, 0)):
            return str(found)
    return ""


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", [*CLINICAL, "sign"])
def test_the_clinical_texts_for_patients_are_plain(kind: str, language: str) -> None:
    texts = of_the_knowledge(kind, language)
    assert texts
    hard = {
        key: level(counted(text, language), language)
        for key, text in texts.items()
        if (told := counted(text, language)).words > FEW and not is_plain(told, SINGLE[language], language)
    }
    assert hard == {}
    whole = together(texts.values(), language)
    assert is_plain(whole, WHOLE[language], language), level(whole, language)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_words_of_the_pages_for_patients_are_plain(language: str) -> None:
    texts = of_the_pages(language)
    assert len(texts) > 100
    hard = {
        text: level(told, language)
        for text in texts
        if (told := counted(text, language)).words > FEW and not is_plain(told, SINGLE[language], language)
    }
    assert hard == {}
    whole = together(texts, language)
    assert is_plain(whole, WHOLE[language], language), level(whole, language)


@pytest.mark.parametrize(
    ("language", "plain", "hard"),
    [
        (
            "en",
            "Call us at once. We tell you what to do.",
            "Immediate communication with the administering establishment is indispensable notwithstanding fear.",
        ),
        (
            "fr",
            "Appelez-nous tout de suite. Nous vous disons quoi faire.",
            "Une communication immédiate avec l’établissement administrateur est indispensable nonobstant la peur.",
        ),
    ],
)
def test_the_measure_itself_tells_plain_from_hard(language: str, plain: str, hard: str) -> None:
    assert is_plain(counted(plain, language), WHOLE[language], language)
    assert not is_plain(counted(hard, language), SINGLE[language], language)


@pytest.mark.parametrize(
    ("word", "language", "syllables"),
    [("doctor", "en", 2), ("immediately", "en", 5), ("médecin", "fr", 3), ("anesthésique", "fr", 4)],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, language: str, syllables: int) -> None:
    assert counted(word, language).syllables == syllables
