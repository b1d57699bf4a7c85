"""The knowledge as pages: every record is there, in both languages, with all its sources, for those who treat."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wheal import formulary, knowledge
from wheal.clinic.audit.models import Event

LANGUAGES = ("en", "fr")
KNOWN = knowledge.current()
PAGES = ("", "rules/", "practice/", "evidence/", "text/", "countries/FR/", "lidocaine/")


def read(client: Client, path: str, language: str = "en") -> str:
    page = client.get(f"/formulary/{path}", headers={"accept-language": language})
    assert page.status_code == 200, path
    text = html.unescape(page.content.decode())
    assert f'<html lang="{language}">' in text
    return text


def plain(page: str) -> str:
    """Without the links that numbers of articles and trials are."""
    return re.sub(r"</?a\b[^>]*>", "", page)


@pytest.fixture
def reader(client, alice) -> Client:
    """A physician in the United States."""
    client.force_login(alice)
    return client


@pytest.fixture
def speaks(alice):
    def choose(language: str) -> None:
        alice.language = language
        alice.save(update_fields=["language"])

    return choose


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_substance_has_a_page_with_all_its_sources_in_both_languages(reader, speaks, language):
    speaks(language)
    for name in KNOWN.substances:
        page = read(reader, f"{name}/", language)
        assert KNOWN.name(name, language) in page
        for source in formulary.cited(name, KNOWN):
            assert f'id="source-{source}"' in page, (name, source)
            assert KNOWN.sources[source].cited(language) in plain(page), (name, source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_and_no_gap_stands_in_the_words(reader, speaks, language):
    """Every placeholder is filled, and every code has its word."""
    speaks(language)
    for path in (*(f"{name}/" for name in KNOWN.substances), *PAGES):
        words = re.sub(
            r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", read(reader, path, language), flags=re.S)
        )
        assert not re.search(r"\{\w*\}", words), path
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", words), (path, re.findall(r"\b[a-z]+_[a-z_]+\b", words))


def test_limits_say_whose_text_they_are_and_which_of_them_holds(reader):
    page = read(reader, "procaine/")
    assert "The texts differ" in page
    held, other = page.index("600"), page.index("500")
    assert page.index("Holds here") < other
    assert held < page.index("Not compared here")
    assert "Switzerland" in page


def test_another_country_is_told_its_own_law_first(client, charlie):
    client.force_login(charlie)
    page = read(client, "deoxycholic_acid/", "fr")
    assert page.index(">France<") < page.index(">États-Unis<")
    assert "décret n° 2011-382" in page.replace("\u00a0", " ")
    assert "Selon la zone" in page


def test_a_limit_of_another_route_is_a_ceiling_and_never_a_licence(reader):
    page = read(reader, "thiocolchicoside/")
    assert "Holds here as a ceiling" in page
    assert "never a licence" in page


def test_a_substance_without_a_published_limit_says_so_in_a_sentence(reader):
    assert KNOWN.text("finding.no_published_limit", "en", about="biotin") in read(reader, "biotin/")


def test_a_foreign_formulary_alone_binds_nobody_and_the_sentence_still_stands(reader):
    """Nothing is compared, so nothing is published that holds here."""
    for name in KNOWN.substances:
        groups = formulary.limits_of(
            name, country="US", on=KNOWN.screening["pregnancy"].reviewed, known=KNOWN
        )
        bound = any(text.holds for group in groups for text in group.texts)
        assert (
            KNOWN.text("finding.no_published_limit", "en", about=name) in read(reader, f"{name}/")
        ) != bound


def test_questions_stand_apart_from_rules(reader):
    page = read(reader, "procaine/")
    rules, _, rest = page.partition('id="questions"')
    asked = KNOWN.text("rule.sulfonamide", "en", about="sulfonamide")
    assert asked not in rules
    assert asked in rest.partition('id="mixing"')[0]


def test_evidence_that_is_not_held_is_a_sentence(reader):
    assert "whether it works is not known" in read(reader, "aminophylline/")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=lido", {"lidocaine", "lidocaine_epinephrine"}),
        ("q=LIDOCA%C3%8FNE", {"lidocaine", "lidocaine_epinephrine"}),
        ("q=adrenaline", {"lidocaine_epinephrine"}),
        ("q=dca", {"deoxycholic_acid"}),
        ("kind=homeopathic", {"traumeel_heel_injectables"}),
        ("q=lido&kind=vitamin", set()),
        ("kind=nothing", set()),
    ],
)
def test_a_substance_is_found_by_any_of_its_names_and_by_kind(reader, query, names):
    page = read(reader, f"?{query}")
    found = set(re.findall(r'class="item substance-row" href="/formulary/(\w+)/"', page))
    assert found == names
    assert ("No substance of that name is held" in page) == (not names)


def test_the_search_field_brings_the_list_alone(reader):
    answer = reader.get("/formulary/?q=lido", headers={"hx-request": "true"}).content.decode()
    assert "<html" not in answer
    assert "/formulary/lidocaine/" in answer


def test_every_rule_for_everybody_is_told_with_when_it_holds(reader):
    page = read(reader, "rules/")
    assert page.count('class="rule-line ') == len(KNOWN.screening)
    assert "Age below 18" in page
    assert "Purpose: Fat reduction and Body mass index above 40" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ledger_tells_every_claim_with_verdict_and_reason(reader, speaks, language):
    speaks(language)
    page = read(reader, "evidence/", language)
    for name in KNOWN.claims:
        assert KNOWN.text(f"claim.{name}.text", language) in page
        assert KNOWN.text(f"claim.{name}.why", language) in page
    assert page.count('<section class="card stack-small claim"') == len(KNOWN.claims)


def test_the_ledger_by_verdict(reader):
    page = read(reader, "evidence/?verdict=supported")
    supported = [name for name, claim in KNOWN.claims.items() if claim.verdict == "supported"]
    assert set(re.findall(r'claim" id="(\w+)"', page)) == set(supported)


@pytest.mark.parametrize("code", sorted(KNOWN.jurisdictions))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_its_page_and_says_once_that_it_is_no_legal_advice(reader, speaks, code, language):
    speaks(language)
    page = read(reader, f"countries/{code}/", language)
    assert KNOWN.name(code, language) in page
    assert len(re.findall(r"not legal advice|pas un avis juridique", page)) == 1
    assert page.count("is-stop") or code == "GB"


def test_a_country_tells_how_long_records_are_kept_what_is_reported_and_what_nobody_has_verified(reader):
    france = read(reader, "countries/FR/").replace("\u00a0", " ")
    assert "20 years from the last visit" in france
    assert "L.5212-2" in france
    assert "To be checked" not in france
    kingdom = read(reader, "countries/GB/")
    assert "8 years in the NHS code" in kingdom
    assert "Yellow Card" in kingdom
    assert "voluntary" in kingdom
    assert kingdom.count("To be checked") == 1
    assert "Law 41/2002, article 17.1" in read(reader, "countries/ES/")
    assert "regulation 20" in kingdom


def test_a_subject_of_which_no_duty_is_held_says_so_and_does_not_reassure(reader):
    spain = KNOWN.jurisdictions["ES"]
    unheld = {"hosting", "passport"} - {duty.kind for duty in spain.duties}
    assert (
        read(reader, "countries/ES/").count("That does not mean that there is no duty.") == len(unheld) == 2
    )


def test_roles_of_which_the_same_is_said_share_a_line(reader):
    kingdom = read(reader, "countries/GB/")
    assert kingdom.count("oo little of the law of the United Kingdom is held") == 1
    law = KNOWN.jurisdictions["GB"].roles
    others = [KNOWN.name(role, "en") for role in law if role != "physician" and law[role].may]
    assert ", ".join(others) in html.unescape(kingdom)


def test_what_is_not_held_is_not_found(reader):
    assert reader.get("/formulary/unobtainium/").status_code == 404
    assert reader.get("/formulary/countries/XX/").status_code == 404


@pytest.mark.parametrize("who", ["alice", "bob", "nora", "sam", "ada"])
@pytest.mark.parametrize("path", PAGES)
def test_who_may_read(client, request, who, path):
    client.force_login(request.getfixturevalue(who))
    assert client.get(f"/formulary/{path}").status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_the_front_desk_is_refused_and_strangers_log_in(client, dora, path):
    assert client.get(f"/formulary/{path}").url.startswith("/accounts/login/")
    client.force_login(dora)
    assert client.get(f"/formulary/{path}").status_code == 403
    assert Event.objects.filter(refused=True, what="people.request_refused").count() == 1


@pytest.mark.parametrize("path", PAGES)
def test_reading_the_knowledge_leaves_no_trace_and_asks_the_database_for_the_person_alone(reader, path):
    before = Event.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read(reader, path)
    assert len(queries) <= 4, [query["sql"] for query in queries]
    assert Event.objects.count() == before


def test_the_menu_leads_here(reader, client, dora):
    assert 'href="/formulary/"' in reader.get("/").content.decode()
    client.force_login(dora)
    assert 'href="/formulary/"' not in client.get("/").content.decode()
