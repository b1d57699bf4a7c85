"""What everybody reads without a log-in: a release, made at night, once in thirteen weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from measures.drawn import WEEK
from measures.kept import kept
from wheal.clinic.audit.models import Event
from wheal.clinic.registry import actions, answering, delivering, releases, tables
from wheal.clinic.registry.copies import Copy
from wheal.clinic.registry.models import Enrolment
from wheal.clinic.registry.showing import shown
from wheal.clinic.stock import actions as stock
from wheal.knowledge import current
from wheal.measures.counting import Row
from wheal.measures.deidentifying import month_of
from wheal.measures.releasing import AS_JSON, EVERY
from wheal.proportions import exact_interval

TODAY = date(2026, 11, 26)
MEASURE = current().measures["infection_by_area"]


def _page() -> str:
    return _told(Client().get("/registry/public/"))


def _told(answer) -> str:
    return answer.content.decode().partition("<main")[2]


def _rows(clinics: int) -> dict[str, list[Row]]:
    """Ten people of each treated in one week; one of every other clinic fell ill; and somebody half a year later."""
    held: dict[str, list[Row]] = {"passes": [], "sessions": [], "events": []}
    for clinic in range(clinics):
        for person in range(11):
            number, week = 100 * clinic + person + 1, WEEK + 26 * (person == 10)
            at = {"clinic": f"clinic-{clinic}", "month": month_of(week), "week": week, "person": number}
            visit = at | {"session": number}
            held["sessions"].append(visit | {"purpose": "fat"})
            held["passes"].append(visit | {"area": "abdomen", "technique": "nappage"})
            if not person and clinic % 2:
                held["events"].append(at | {"event": 1, "kind": "abscess", "grade": 2, "is_serious": False})
    return held


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> Path:
    return kept(_rows(6), tmp_path_factory.mktemp("six")).folder


@pytest.fixture
def six(stored, data, db):
    """Six clinics that exist nowhere."""
    copytree(stored, data / "registry")
    return data


def test_counts_of_fewer_than_five_clinics_are_told_to_nobody(six):
    for clinic in ("clinic-0", "clinic-1"):
        delivering.store().forget(clinic)
    assert actions.release_if_due(TODAY) is None
    assert "once 5 clinics count together" in _page()
    assert not Event.objects.filter(what="registry.released").exists()


def test_everybody_reads_the_release_and_nothing_is_counted_for_it(six, django_assert_max_num_queries):
    assert actions.release_if_due(TODAY)
    before = _page()
    for word in (
        "65 to 69 people were treated",
        "How many were harmed",
        "5 to 9 clinics",
        "26 November 2026",
        "25 February 2027",
        "Abdomen",
        "How this is counted",
    ):
        assert word in before
    rmtree(delivering.store().folder / "sessions")
    rmtree(delivering.store().folder / "receipts")
    with django_assert_max_num_queries(1):
        answer = Client().get("/registry/public/")
    assert _told(answer) == before
    assert answer.headers["X-Robots-Tag"] == "all"
    assert Client().get("/accounts/login/").headers["X-Robots-Tag"] == "noindex, nofollow"


def test_who_comes_or_leaves_meanwhile_changes_nothing_until_thirteen_weeks_are_over(six):
    actions.release_if_due(TODAY)
    before = releases.place().read_bytes()
    delivering.store().forget("clinic-0")
    assert actions.release_if_due(TODAY + EVERY - timedelta(days=1)) is None
    assert releases.place().read_bytes() == before
    made = actions.release_if_due(TODAY + EVERY)
    assert made
    assert releases.current() == made
    assert releases.place().read_bytes() != before
    delivering.store().forget("clinic-1")
    assert actions.release_if_due(TODAY + 2 * EVERY) is None  # of four clinics nothing is told
    assert releases.current() is None


def test_the_month_of_whoever_came_long_before_all_others_is_told_to_nobody(data, db):
    rows = _rows(6)
    early = {
        "clinic": "clinic-0",
        "month": month_of(WEEK - 80),
        "week": WEEK - 80,
        "person": 9999,
        "session": 9999,
    }
    rows["sessions"].append(early | {"purpose": "fat"})
    kept(rows, data)
    made = actions.release_if_due(TODAY)
    assert made
    assert made.between == (month_of(WEEK), month_of(WEEK + 26))
    assert month_of(WEEK - 80) not in releases.place().read_text()
    assert "with whatever fewer than five clinics told of before or after" in _page()


def test_a_release_that_this_version_cannot_read_is_made_anew(six):
    releases.place().write_text('{"on": "2026-11-25"}')
    assert releases.current() is None
    assert actions.release_if_due(TODAY)


def test_the_way_to_it_is_shown_to_who_is_not_logged_in_once_there_is_one(six, settings):
    assert "/registry/public/" not in Client().get("/accounts/login/").content.decode()
    actions.release_if_due(TODAY)
    assert 'href="/registry/public/"' in Client().get("/accounts/login/").content.decode()
    settings.REGISTRY = "https://registry.example/"
    assert releases.where() == "https://registry.example/registry/public/"


def test_a_clinic_reads_how_it_stands_and_a_spreadsheet_what_its_table_leaves_out(six, alice, clinic, dora):
    enrolment = actions.agree(clinic=clinic, by=dora)
    Enrolment.objects.filter(pk=enrolment.pk).update(name="clinic-1")
    client = Client()
    client.force_login(alice)
    page = client.get("/registry/infection_by_clinic/").content.decode()
    for words in (
        "1 of ",
        "All 6 clinics together",
        "This clinic lies within the limits",
        "can often be reckoned",
    ):
        assert words in page
    table = client.get("/registry/infection_by_clinic.csv").content.decode()
    assert "0 groups are not shown" in table
    assert "the true share may be higher" in table
    for number in (1, 3, 5):
        delivering.store().forget(f"clinic-{number}")
    page = client.get("/registry/infection_by_clinic/").content.decode()
    assert "No clinic has told of a case" in page
    assert '<svg class="funnel"' not in page


@pytest.mark.parametrize(("few", "is_said"), [(0, False), (4, True)])
def test_a_page_and_a_spreadsheet_of_delays_say_where_a_cause_has_too_few_alarms(
    few, is_said, analyst, alice, data
):
    at = {"clinic": "clinic-0", "month": month_of(WEEK), "days": 9}
    causes = ["lot"] * 5 + ["device"] * few
    kept(
        {"alarms": [at | {"alarm": number, "cause": it} for number, it in enumerate(causes)]},
        data,
    )
    client = Client()
    client.force_login(alice)
    for end in ("/", ".csv"):
        page = client.get(f"/registry/days_to_alarm{end}").content.decode()
        assert ("fewer than five alarms are not told" in page) is is_said
        assert "raised none" in page
        assert "Lot" in page


CODES = {  # table, columns of one row, measure; then heading and cells in English and in French
    "infection_by_area": (
        ("passes", {"area": "abdomen", "technique": "nappage"}),
        ("Area, code,Area,Of", "abdomen,Abdomen,12"),
        ("Zone (code);Zone;Sur", "abdomen;Abdomen;12"),
    ),
    "severe_by_purpose": (
        ("sessions", {}),
        ("Purpose, code,Purpose,Of", "fat,Fat reduction,12"),
        ("But (code);But;Sur", "fat;Réduction de la graisse;12"),
    ),
    "infection_by_lot": (
        ("given", {"product": "3400000000005", "lot": "A1", "substance": "caffeine"}),
        ("GTIN,Product,Lot,Of", "3400000000005,,A1,12"),
        ("GTIN;Produit;Lot;Sur", "3400000000005;;A1;12"),
    ),
    "infection_by_substance": (
        ("given", {"product": "3400000000005", "lot": "A1", "substance": "caffeine"}),
        ("Substances, code,Substances,Of", "caffeine,Caffeine,12"),
        ("Substances (code);Substances;Sur", "caffeine;Caféine;12"),
    ),
    "result_by_protocol": (
        ("courses", {"protocol": "caffeine+deoxycholic_acid", "area": "submental"}),
        (
            "Substances, code,Substances,Area, code,Area,Of",
            "caffeine+deoxycholic_acid,Caffeine + Deoxycholic acid,submental,",
        ),
        (
            "Substances (code);Substances;Zone (code);Zone;Sur",
            "caffeine+deoxycholic_acid;Caféine + Acide désoxycholique;submental;",
        ),
    ),
}


@pytest.mark.parametrize("code", CODES)
def test_a_spreadsheet_has_the_code_for_programs_and_the_word_for_readers(code, analyst, alice, data):
    (table, own), english, french = CODES[code]
    held: dict[str, list[Row]] = {table: [], "sessions": [], "events": []}
    for person in range(12):
        at = {"clinic": "clinic-0", "month": month_of(WEEK), "week": WEEK, "person": person}
        visit = at | {"session": person}
        held["sessions"].append(visit | {"purpose": "fat"})
        course = {"course": person, "response": "responded", "regain": "kept"}
        if table != "sessions":
            held[table].append((at | course if table == "courses" else visit) | own)
    late = {"month": month_of(WEEK + 30), "week": WEEK + 30, "kind": "pain", "grade": 1, "is_serious": False}
    held["events"].append({"clinic": "clinic-0", "person": 1, "event": 1} | late)
    kept(held, data)
    client = Client()
    client.force_login(alice)
    for language, told in (("en", english), ("fr", french)):
        type(alice).objects.update(language=language)
        page = client.get(f"/registry/{code}.csv").content.decode()
        heading, first = page.lstrip("\ufeff").replace('"', "").splitlines()[:2]
        assert heading.startswith(told[0])
        assert first.startswith(told[1])


def test_a_share_has_the_decimal_mark_that_the_readers_spreadsheet_reads(six, analyst, alice):
    client = Client()
    client.force_login(alice)
    shares = {}
    for language, mark, between in (("en", ".", ","), ("fr", ",", ";")):
        type(alice).objects.update(language=language)
        table = client.get("/registry/infection_by_area.csv").content.decode()
        first = table.splitlines()[1].split(between)
        shares[language] = [cell.replace(mark, ".") for cell in first[5:7]]
        assert all(mark in cell for cell in first[5:7])
    assert shares["en"] == shares["fr"]
    assert [float(one) for one in shares["en"]] == pytest.approx(
        [exact_interval(1, 60)[0], exact_interval(4, 60)[1]]
    )


def test_a_table_says_when_it_was_told_in_the_clinics_zone_and_when_it_was_counted_in_utc():
    came = datetime(2026, 11, 27, 1, 26, tzinfo=UTC)
    copy, held = (
        Copy("https://registry.example", came, came_at=came),
        shown(MEASURE, (), date(2026, 11, 27), ""),
    )
    with timezone.override("America/Los_Angeles"):
        said = next(tables.from_where(copy, "infection_by_area", held))
    assert "on 27 November 2026 (UTC), as it told this clinic on 26 November 2026." in said


MEASURES_OF_ALL = ("infection_by_clinic", "infection_by_area", "infection_by_lot", "days_to_alarm")


def test_only_clinics_that_count_and_named_analysts_read_what_is_told_in_confidence(six, alice, clinic, dora):
    """As on another server, where a clinic that does not count is told nothing."""
    reader = Client()
    reader.force_login(alice)

    def is_told(code: str) -> bool:
        page, table = reader.get(f"/registry/{code}/"), reader.get(f"/registry/{code}.csv")
        refused = "Only clinics that count read this" in page.content.decode()
        assert page.status_code == 200
        assert refused is ('id="counts"' not in page.content.decode()) is (table.status_code == 302)
        return not refused

    assert not any(map(is_told, MEASURES_OF_ALL))
    page = reader.get("/registry/infection_by_clinic/").content.decode()
    assert "clinic-1" not in page
    assert "an administrator of the clinic reads what would leave it and agrees" in page
    assert "This clinic does not count in it" in reader.get("/registry/").content.decode()
    type(alice).objects.filter(pk=alice.pk).update(language="fr")
    assert "Seuls les cabinets qui comptent" in reader.get("/registry/infection_by_clinic/").content.decode()
    type(alice).objects.filter(pk=alice.pk).update(language="en")
    actions.agree(clinic=clinic, by=dora)
    assert all(map(is_told, MEASURES_OF_ALL))
    actions.end(clinic=clinic, by=dora)
    assert not any(map(is_told, MEASURES_OF_ALL))
    said = StringIO()
    call_command("registry", "analysts", clinic.name, stdout=said)
    assert all(map(is_told, MEASURES_OF_ALL))
    call_command("registry", "list", stdout=said)
    assert f"{clinic.name} · its people read what is counted here" in said.getvalue()
    call_command("registry", "analysts", clinic.name, "--no-more", stdout=said)
    assert not any(map(is_told, MEASURES_OF_ALL))
    with pytest.raises(CommandError, match="not the name of one clinic"):
        call_command("registry", "analysts", "Nowhere", stdout=said)
    assert Event.objects.filter(what__startswith="registry.analysts_", clinic_id=clinic.pk).count() == 2


def test_a_clinic_that_sends_elsewhere_reads_what_this_server_holds_only_where_it_sent_here(
    six, alice, clinic, dora, settings
):
    made = actions.agree(clinic=clinic, by=dora)
    settings.REGISTRY = "https://registry.example"
    reader = Client()
    reader.force_login(alice)
    page = reader.get("/registry/infection_by_clinic/?of=here").content.decode()
    assert "Only clinics that count read this" in page
    made.destinations.create(address="", first_at=timezone.now())
    page = reader.get("/registry/infection_by_clinic/?of=here").content.decode()
    assert "Only clinics that count read this" not in page


def test_the_watch_is_kept_once_for_clinics_of_all_zones(six, analyst, alice, clinic, monkeypatch):
    """Half past midnight of 27 November in UTC, when it is still the 26th in Portland and long the 27th in Nouméa."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 27, 0, 30, tzinfo=UTC))
    client, kept_of = Client(), delivering.store().folder / "answers" / "across.json"
    client.force_login(alice)
    told = set()
    for zone in ("America/Los_Angeles", "Pacific/Noumea", "America/Los_Angeles"):
        type(clinic).objects.update(time_zone=zone)
        client.get("/registry/")
        client.get("/registry/infection_by_area/")
        told.add((kept_of.read_bytes(), kept_of.stat().st_mtime_ns))
    assert len(told) == 1
    assert answering.watched_last().on == date(2026, 11, 27)
    assert answering.counted_last()["infection_by_area"].on == date(2026, 11, 27)


def test_the_page_says_first_how_many_were_treated_and_how_many_harmed_in_all(six):
    made = actions.release_if_due(TODAY)
    assert made
    page, table = _page(), _page().partition('id="harmed"')[2].partition("</table>")[0]
    assert page.index("65 to 69 people were treated") < page.index('id="harmed"') < page.index("by area")
    for line in ("Any reaction", "A serious reaction", "A severe reaction", "Signs of infection"):
        assert line in table
    assert table.count("1 to 4") == 2  # any reaction and signs of infection, of the three who had an abscess
    assert "who are still in their 18 weeks" in table
    french = _told(Client().get("/registry/public/", headers={"Accept-Language": "fr"}))
    assert "65 à 69 personnes ont été traitées" in french
    assert "Une réaction grave" in french
    assert ">aucune<" in french
    assert ">none<" not in french.partition('id="harmed"')[2].partition("</table>")[0]


def test_a_release_from_before_is_read_as_it_was_until_the_next(six):
    made = actions.release_if_due(TODAY)
    assert made
    old = replace(made, treated=None, told={c: s for c, s in made.told.items() if not c.endswith("_in_all")})
    releases.place().write_bytes(AS_JSON.dump_json(old, exclude={"treated"}))
    page = _page()
    assert "people were treated." not in page
    assert 'id="harmed"' not in page
    assert "Abdomen" in page
    assert actions.release_if_due(TODAY + EVERY - timedelta(days=1)) is None


def test_what_was_given_is_told_by_its_substances_and_by_no_product_or_name_of_a_clinic(
    data, db, clinic, alice
):
    own = stock.NewProduct(
        "Words of a clinic", "caffeine", Decimal(20), "mg/mL", "single_dose", Decimal(5), "3400000000005"
    )
    stock.add_product(clinic=clinic, product=own, by=alice)
    rows = _rows(6)
    at = {"product": "3400000000005", "lot": "A1", "substance": "caffeine+procaine"}
    rows["given"] = [
        {column: row[column] for column in ("clinic", "month", "week", "person", "session")} | at
        for row in rows["sessions"]
    ]
    kept(rows, data)
    assert actions.release_if_due(TODAY)
    page = _page()
    assert "Caffeine + Procaine" in page.partition('id="infection_by_substance"')[2].partition("</table>")[0]
    for word in ("infection_by_product", "3400000000005", "Words of a clinic"):
        assert word not in page


def test_a_release_from_when_products_were_told_is_read_without_them(six):
    made = actions.release_if_due(TODAY)
    assert made
    told = made.told | {"infection_by_product": made.told["infection_by_area"]}
    before = AS_JSON.dump_json(replace(made, told=told))[:-1] + b',"holds":{"3400000000005":"caffeine"}}'
    releases.place().write_bytes(before)
    page = _page()
    assert "by area" in page
    assert "by product" not in page
    assert "Caffeine" not in page
