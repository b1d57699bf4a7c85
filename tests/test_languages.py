"""English and French are equals: no page word without its French, no catalogue compiled from an older text."""

import gettext
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

CLINIC = Path(__file__).resolve().parents[1] / "src" / "wheal" / "clinic"
CATALOGUES = sorted(CLINIC.rglob("locale/fr/LC_MESSAGES/*.po"))
FRENCH = CLINIC.parent / "knowledge/data/text/fr.toml"
CLINIQUE = re.compile(r"(?:(\w+)\s+)?\bcliniques?\b", re.IGNORECASE)
# What the adjective follows
CLINICAL = re.compile(r"(?:donnée|essai|étude|examen|pratique|preuve|signe)s?", re.IGNORECASE)
MARKED = re.compile(r"""\{%\s*(?:trans|translate)\s+(["'])(.+?)\1""")


def catalogue(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        rows = read_po(file, locale="fr")
    words: dict[str, str] = {}
    for row in rows:
        if row.id:
            ids = row.id if isinstance(row.id, tuple | list) else (row.id,)
            strings = row.string if isinstance(row.string, tuple | list) else (row.string,)
            assert not row.fuzzy, f"{path}: {ids[0]!r} is fuzzy"
            key = f"{row.context}\x04{ids[0]}" if row.context else ids[0]  # as a compiled file keeps it
            words[key] = strings[0]
            assert all(strings), f"{path}: {ids[0]!r} has no French"
    return words


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(CLINIC)))
def test_every_word_has_its_french_and_the_compiled_file_is_current(path: Path) -> None:
    words = catalogue(path)
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for english, french in words.items():
        assert french in (compiled.gettext(english), compiled.ngettext(english, english, 1)), english


def test_every_word_marked_in_a_page_is_in_a_catalogue() -> None:
    known = {english.split("\x04")[-1] for path in CATALOGUES for english in catalogue(path)}
    missing = {
        f"{path.relative_to(CLINIC)}: {match[1]}"
        for path in CLINIC.rglob("*.html")
        for match in MARKED.findall(path.read_text())
        if match[1] not in known
    }
    assert not missing


def test_french_typography_is_kept() -> None:
    """No plain space before : ; ? ! % — a line must not begin with one of them."""
    bad = {
        f"{path.parent.parent.parent.parent.name}: {french}"
        for path in CATALOGUES
        for french in catalogue(path).values()
        if re.search(r"\w (?:[:;?!»]|%(?![(sd]))", french)
    }
    assert not bad


def test_the_words_of_a_mix_stand_on_no_other_page() -> None:
    """Every app shares its words with the others: "Take out" is of a photograph too."""
    with (CLINIC / "treatments/locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        rows = read_po(file, locale="fr")
    assert rows.get("Take out") is None
    assert rows.get("Take out", "of a mix").string == "Retirer du mélange"


def test_no_app_replaces_the_french_of_another() -> None:
    """The app that is named first wins. Where the meanings differ, a context keeps them apart (`pgettext`)."""
    said: dict[tuple[str | None, object], dict[object, set[str]]] = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            for row in read_po(file, locale="fr"):
                if row.id:
                    frenches = said.setdefault((row.context, row.id), {})
                    frenches.setdefault(row.string, set()).add(str(path.relative_to(CLINIC).parts[0]))
    assert {key: frenches for key, frenches in said.items() if len(frenches) > 1} == {}


def texts_in(held: object) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict | list):
        for part in held.values() if isinstance(held, dict) else held:
            yield from texts_in(part)


def calls_a_clinic_clinique(french: str) -> bool:
    return any(not CLINICAL.fullmatch(before or "") for before in CLINIQUE.findall(french))


def test_a_clinic_is_a_cabinet_in_french() -> None:
    """One word for one thing: "clinique" is left to the adjective."""
    assert calls_a_clinic_clinique("Dossier d’une autre clinique")
    assert calls_a_clinic_clinique("Clinique")
    assert not calls_a_clinic_clinique("Les essais cliniques sérieux manquent.")
    said = set(texts_in(tomllib.loads(FRENCH.read_text("utf-8"))))
    for path in CATALOGUES:
        with path.open("rb") as file:
            for row in read_po(file, locale="fr"):
                said.update(row.string if isinstance(row.string, tuple | list) else (row.string,))
    assert {french for french in said if calls_a_clinic_clinique(french)} == set()
