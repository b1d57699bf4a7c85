"""Whatever the site writes into the audit is told in words on its page, in English and French."""

from __future__ import annotations

import pytest
from django.utils import timezone, translation

import recorded
from wheal.clinic.audit import actions as audit
from wheal.clinic.patients.audit_codes import RIGHTS
from wheal.clinic.patients.audit_details import NAMES, in_words, subject_in_words
from wheal.clinic.patients.audit_words import EVENTS
from wheal.clinic.people.permissions import P


def test_every_kind_of_event_that_the_code_writes_has_words() -> None:
    written = recorded.kinds()
    assert {
        "people.logged_in",
        "stock.delivery_received",
        "treatments.pass_put_back",
        "patients.link_sent",
    } <= written
    assert len(written) > 250
    assert written - EVENTS.keys() == set()


def test_every_name_of_a_detail_that_the_code_writes_has_words() -> None:
    written = recorded.details()
    assert {"part", "name_changed", "version_of", "containers", "tries"} <= written
    assert len(written) > 170
    assert written - NAMES.keys() == set()


@pytest.mark.parametrize("words", [EVENTS, NAMES], ids=["events", "names"])
def test_their_words_are_told_in_french(words) -> None:
    with translation.override("fr"):
        french = {code: str(said) for code, said in words.items()}
    with translation.override("en"):
        english = {code: str(said) for code, said in words.items()}
    alike = {code for code in words if french[code] == english[code]}
    assert all(english[code].isalpha() or code in ("form", "finding") for code in alike), alike
    assert len(alike) < len(words) / 4


@pytest.mark.parametrize(
    ("detail", "subject", "english", "french"),
    [
        (
            {"was": {"role": "front_desk", "administers": False}, "role": "nurse"}, "people.user",
            "role: Nurse; before: administers no, role Front desk",
            "rôle : Infirmière, infirmier; avant : administre non, rôle Accueil",
        ),
        (
            {"lot": 4, "expires": "2027-05-29", "containers": 40}, "stock.lot",
            "containers: 40; expires: 29 May 2027; lot: 4", "contenants : 40; péremption : 29/05/2027; lot : 4",
        ),
        (
            {"by": ["password", "totp"]}, "people.user",
            "by: password, code of an app", "par : mot de passe, code d’une application",
        ),
        (
            {"kind": "payment", "means": "cash"}, "quotes.payment",
            "kind: Payment; paid by: Cash", "type : Règlement; payé par : Espèces",
        ),
        (
            {"part": "patients:show"}, "",
            "part: Patients (patients:show)", "partie : Patients (patients:show)",
        ),
        ({"part": "a made up:part"}, "", "part: a made up:part", "partie : a made up:part"),
        ({"made_up": None, "expires": "2027-05-99"}, "no.model", "expires: 2027-05-99; made up: –",
         "péremption : 2027-05-99; made up : –"),
    ],
)  # fmt: skip
def test_details_are_told_in_the_language_of_whoever_reads(detail, subject, english, french) -> None:
    for language, told in (("en", english), ("fr", french)):
        with translation.override(language):
            assert plain(in_words(detail, subject)) == told


def plain(words: str) -> str:
    return words.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("what", "subject", "detail", "french"),
    [
        (
            "people.request_refused", "", {"permission": "patient.find", "path": "/patients/"},
            "adresse : /patients/; droit qui manque : chercher des patients",
        ),
        ("people.credential_recorded", "people.credential", {"kind": "delegation"}, "type : Délégation écrite"),
        ("people.token_made", "people.servicetoken", {"scopes": ["stock.read"]},
         "étendues : Produits, lots et matériel, sans les quantités en stock"),
        ("patients.link_given", "patients.link", {"purpose": "pages"}, "but : les pages du patient"),
        ("photographs.consent_given", "", {"purposes": ["teaching"]}, "buts : Pour être montrées à d’autres"),
        ("quotes.money_recorded", "quotes.quote", {"means": "cash"}, "payé par : Espèces"),
        ("quotes.quote_handed_over", "quotes.quote", {"how": "hand"}, "comment : en main propre"),
        ("treatments.quote_told", "treatments.plan", {"state": "refused"}, "état : refusé"),
        ("portal.quote_answered", "quotes.quote", {"answer": "accepted"}, "réponse : accepté"),
        ("treatments.check_saved", "treatments.session", {"item": "asepsis", "done": True},
         "fait : oui; point : asepsie"),
        (
            "treatments.sign_off_refused", "treatments.session", {"reasons": ["fact_missing:allergies"]},
            "motifs : non renseigné : Allergies",
        ),
        ("stock.lot_wasted", "stock.lot", {"reason": "broken"}, "motif : Cassé ou tombé"),
        ("stock.lot_wasted", "stock.lot", {"reason": "the box was wet"}, "motif : the box was wet"),
        ("stock.product_added", "stock.product", {"substance": "lidocaine"}, "substance : Lidocaïne"),
        ("safety.attempt_noted", "safety.reach", {"status": "reached"}, "état : jointe et informée"),
        ("patients.history_begun", "patients.history", {"questions": ["pregnant"]}, "questions : Grossesse"),
        ("stock.delivery_scanned", "stock.delivery", {"line": 1, "lines": 2}, "ligne : 1; lignes : 2"),
    ],
)  # fmt: skip
def test_codes_of_columns_rights_and_knowledge_are_told_in_french(what, subject, detail, french) -> None:
    with translation.override("fr"):
        assert plain(in_words(detail, subject, what)) == french


def test_every_right_has_words_in_both_languages() -> None:
    assert set(RIGHTS) == set(P)
    with translation.override("fr"):
        french = {each: str(words) for each, words in RIGHTS.items()}
    assert not {each for each, words in RIGHTS.items() if str(words) == french[each]}


@pytest.mark.parametrize(
    ("kind", "french"),
    [
        ("people.user", "personne, numéro 12 dans la base"), ("stock.lot", "lot, numéro 12 dans la base"),
        ("a.thing_to_come", "a.thing_to_come, numéro 12 dans la base"),
    ],
)  # fmt: skip
def test_what_an_event_is_about_is_told_in_words(kind, french) -> None:
    with translation.override("fr"):
        assert subject_in_words(kind, "12") == french


def test_a_moment_is_told_by_the_clock_of_whoever_reads() -> None:
    with translation.override("fr"), timezone.override("Europe/Paris"):
        assert "27/11/2026" in in_words({"starts_at": "2026-11-26T23:30:00+00:00"})


def test_the_page_is_french_for_who_reads_french(client, sam, clinic) -> None:
    audit.record(
        by=sam, what="stock.lot_received", clinic=clinic, detail={"containers": 40, "number": "US01-A"}
    )
    sam.language = "fr"
    sam.save()
    client.force_login(sam)
    page = client.get("/audit/", {"what": "stock.lot_received"}).content.decode().replace("\u00a0", " ")
    assert "contenants : 40; numéro : US01-A" in page
    table = (
        client.get("/audit/audit.csv", {"what": "stock.lot_received"}).content.decode().replace("\u00a0", " ")
    )
    assert "contenants : 40; numéro : US01-A" in table
    assert table.lstrip("\ufeff").startswith("Quand,Qui,Quoi,Refus,Numéro de patient,")
