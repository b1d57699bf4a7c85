"""A reaction is reported: drawn up from the record, finished, sent by hand, answered. Nothing leaves by itself."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from lxml import etree
from pypdf import PdfReader

import people
import ready
from clinic.treatments.conftest import again, as_
from wheal import screening
from wheal.clinic.audit.models import Event
from wheal.clinic.audit.verifying import verify
from wheal.clinic.safety.authorities import actions, duties, products, telling
from wheal.clinic.safety.models import Assessment, Declaration, Receipt, Sent
from wheal.clinic.safety.reactions import actions as reactions
from wheal.clinic.safety.reactions import judging
from wheal.clinic.safety.reactions.models import FollowUp
from wheal.clinic.treatments import actions as treatments

HL7 = "{urn:hl7-org:v3}"
TOLD = {
    "words": "Nodule under the chin", "narrative": "A nodule came up where a point had been.", "given": "Alice",
    "family": "Example", "qualification": "physician", "organisation": "Bridge Street", "meddra_code": "10054107",
    "meddra_version": "27.1", "receiver": "fda", "sender_id": "BRIDGE", "indication": "fat under the chin",
    "action": "withdrawn", "history": "none that matters",
}  # fmt: skip


@pytest.fixture
def reaction(signed, sam, known):
    made = reactions.record(
        patient=signed.patient,
        new=reactions.NewReaction(
            kind="nodule", onset=signed.clinic.day_of(), sessions=[signed], description="Firm, 8 mm"
        ),
        by=sam,
        known=known,
    )
    judging.assess(
        reaction=made,
        new=judging.NewAssessment(serious=("other_important",), who_umc="probable"),
        by=sam,
        known=known,
    )
    return made


@pytest.fixture
def draft(reaction, sam, known) -> Declaration:
    made = actions.begin(reaction=reaction, by=sam, known=known)
    return actions.save(declaration=made, told=TOLD, version=0, by=sam)


@pytest.fixture
def finished(draft, sam, known) -> Declaration:
    return actions.finish(declaration=draft, by=sam, known=known)


def test_the_record_fills_in_what_it_knows(draft, signed, known):
    report = telling.case_of(draft, known)
    (product,) = report.suspects
    (dose,) = product.dosages
    assert (product.name, dose.lot, str(dose.dose), dose.route) == ("Kybella", "K-1", "80 mg", "subcutaneous")
    assert dose.expires == signed.mixes.get().components.first().lot.expires
    assert report.patient.sex == "female"
    assert report.patient.age_years == screening.age(signed.patient.birth_date, draft.reaction.onset)
    assert report.reactions[0].seriousness == {"other_important"}
    assert [(each.method, each.result) for each in report.opinions] == [("WHO-UMC", "probable")]


def test_a_death_and_what_stopping_did_come_from_the_record(draft, reaction, sam, known):
    before = telling.case_of(draft, known)
    assert (before.abated, before.reappeared, before.reactions[0].fatal_by) == (None, None, None)
    answers = {"better_on_stopping": "no", "back_on_repeating": "not_known"}
    judging.assess(reaction=reaction, new=judging.NewAssessment(naranjo=answers), by=sam, known=known)
    died = FollowUp(on=reaction.clinic.day_of(), course="fatal")
    reactions.follow(reaction=reaction, new=died, is_physician=True, by=sam)
    report = telling.case_of(Declaration.objects.get(pk=draft.pk), known)
    assert (report.abated, report.reappeared) == (False, None)
    assert report.reactions[0].fatal_by == reaction.clinic.day_of()


def test_neither_name_nor_birth_date_nor_address_leaves(draft, signed, sam):
    signed.patient.family_name, signed.patient.email = "Rareformname", "rare@example.org"
    signed.patient.save()
    client, path = as_(sam), f"/safety/declarations/{draft.pk}"
    leaving = [client.get(f"{path}/e2b.xml").content.decode()]
    leaving += [text_of(client.get(f"{path}/{form}.pdf").content) for form in ("medwatch", "french")]
    for words in leaving:
        assert "rareformname" not in words.lower()
        assert "rare@example.org" not in words
        assert signed.patient.birth_date.isoformat() not in words
        assert f"{signed.patient.birth_date:%Y%m%d}" not in words


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_message_is_read_back_with_the_lot_of_the_suspect_product(draft, sam):
    xml = as_(sam).get(f"/safety/declarations/{draft.pk}/e2b.xml")
    root = etree.fromstring(xml.content)
    assert [each.text for each in root.iter(f"{HL7}lotNumberText")] == ["K-1"] * 1
    assert xml["Content-Disposition"] == f'attachment; filename="{draft.number}.xml"'


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("medwatch", ["MedWatch", "DRAFT", "K-1", "80 mg", "[x] Other serious", "A nodule came up"]),
        (
            "french",
            ["Déclaration", "BROUILLON", "K-1", "80 mg", "[x] Autre situation", "acide désoxycholique"],
        ),
    ],
)
def test_the_papers_tell_the_case_in_the_language_of_the_authority(draft, sam, form, words):
    text = text_of(as_(sam).get(f"/safety/declarations/{draft.pk}/{form}.pdf").content)
    for each in words:
        assert each.lower() in text.lower()


def test_without_a_meddra_code_the_message_is_refused_and_the_page_says_what_is_missing(draft, sam):
    actions.save(declaration=draft, told={"meddra_code": ""}, version=1, by=sam)
    answer = as_(sam).get(f"/safety/declarations/{draft.pk}/e2b.xml")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "E.i.2.1b" in page
    assert "MedDRA code of the reaction" in page


@pytest.mark.parametrize(
    ("field", "words"),
    [("words", "what the reaction was"), ("narrative", "Tell what happened"), ("family", "Name who reports")],
)
def test_it_is_not_finished_without_what_every_authority_needs(draft, sam, field, words):
    actions.save(declaration=draft, told={field: " "}, version=1, by=sam)
    answer = as_(sam).post(f"/safety/declarations/{draft.pk}/finish/")
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Declaration.objects.exclude(finished_at=None).exists()


def test_a_reaction_tied_to_no_session_has_no_product_to_report(signed, sam, known):
    loose = reactions.record(
        patient=signed.patient,
        new=reactions.NewReaction(kind="nodule", onset=date(2020, 1, 1)),
        by=sam,
        known=known,
    )
    made = actions.begin(reaction=loose, by=sam, known=known)
    actions.save(declaration=made, told=TOLD, version=0, by=sam)
    with pytest.raises(actions.DeclarationRefused, match="no_product"):
        actions.finish(declaration=made, by=sam, known=known)


def test_a_finished_report_stays_whatever_becomes_of_the_record(finished, reaction, sam, known):
    before = as_(sam).get(f"/safety/declarations/{finished.pk}/e2b.xml").content
    judging.assess(
        reaction=reaction,
        new=judging.NewAssessment(serious=("death",), who_umc="certain"),
        by=sam,
        known=known,
    )
    assert as_(sam).get(f"/safety/declarations/{finished.pk}/e2b.xml").content == before
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Declaration.objects.update(number="other")
    with pytest.raises(actions.DeclarationRefused, match="finished"):
        actions.save(declaration=finished, told=TOLD, version=1, by=sam)
    assert verify().broken == ()


def test_an_amendment_keeps_the_number_and_says_why(finished, reaction, sam, known):
    later = actions.begin(reaction=reaction, by=sam, known=known)
    assert (later.number, later.amends) == (finished.number, finished)
    assert actions.begin(reaction=reaction, by=sam, known=known) == later
    with pytest.raises(actions.DeclarationRefused, match="no_reason_to_amend"):
        actions.finish(declaration=later, by=sam, known=known)
    actions.save(declaration=later, told={"amends": "A culture grew."}, version=0, by=sam)
    later = actions.finish(declaration=later, by=sam, known=known)
    assert b"A culture grew." in as_(sam).get(f"/safety/declarations/{later.pk}/e2b.xml").content
    assert b"A culture grew." not in as_(sam).get(f"/safety/declarations/{finished.pk}/e2b.xml").content
    assert "amends" not in actions.begin(reaction=reaction, by=sam, known=known).told


def test_who_reports_is_remembered_for_the_next_report(finished, signed, sam, known):
    other = reactions.record(
        patient=signed.patient,
        new=reactions.NewReaction(kind="bruising", onset=signed.clinic.day_of(), sessions=[signed]),
        by=sam,
        known=known,
    )
    told = actions.begin(reaction=other, by=sam, known=known).told
    assert (told["family"], told["sender_id"], told["words"]) == ("Example", "BRIDGE", "Bruising")
    assert "meddra_code" not in told


def test_what_was_sent_and_what_came_back_is_written_down_and_stays(finished, sam):
    client, today = as_(sam), finished.clinic.day_of()
    path = f"/safety/declarations/{finished.pk}"
    sent = {"form": "medwatch", "way": "portal", "to": "FDA", "on": today.isoformat()}
    early = {**sent, "on": (today + timedelta(days=1)).isoformat()}
    assert client.post(f"{path}/sent/", early).status_code == 422
    assert client.post(f"{path}/sent/", {**sent, "to": ""}).status_code == 422
    assert client.post(f"{path}/sent/", sent).status_code == 302
    row = Sent.objects.get()
    answered = f"/safety/declarations/sent/{row.pk}/receipt/"
    client.post(answered, {"number": "", "on": today.isoformat(), "note": ""})
    client.post(answered, {"number": "R-1", "on": (today - timedelta(days=1)).isoformat()})
    assert not Receipt.objects.exists()
    client.post(answered, {"number": "R-1", "on": today.isoformat()})
    assert "R-1" in client.get(f"{path}/").content.decode()
    for model in (Sent, Receipt):
        with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
            model.objects.update(note="other")
    assert verify().broken == ()


def test_nothing_can_be_noted_as_sent_before_it_is_finished(draft, sam):
    today = draft.clinic.day_of().isoformat()
    sent = {"form": "medwatch", "way": "portal", "to": "FDA", "on": today}
    answer = as_(sam).post(f"/safety/declarations/{draft.pk}/sent/", sent)
    assert answer.status_code == 422
    assert not Sent.objects.exists()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_serious_reaction_waits_on_the_list_until_every_duty_is_settled(reaction, sam, known, language):
    """What was sent to one authority clears nothing that another asks."""
    client = as_(sam, language)
    words = "Draw up a report" if language == "en" else "Établir une déclaration"
    assert words in client.get("/safety/declarations/").content.decode()
    client.post(f"/safety/reactions/{reaction.pk}/declare/")
    made = Declaration.objects.get()
    actions.save(declaration=made, told=TOLD, version=0, by=sam)
    actions.finish(declaration=made, by=sam, known=known)
    assert words in client.get("/safety/declarations/").content.decode()
    actions.note_sent(
        declaration=made, form="medwatch", way="portal", to="FDA", on=made.clinic.day_of(), by=sam, known=known,
        settles=["medwatch"],
    )  # fmt: skip
    (left,) = duties.waiting(reaction.clinic, reaction.clinic.day_of(), known)
    assert [each.due.duty.id for each in left.is_left] == ["user_facility"]
    assert words in client.get("/safety/declarations/").content.decode()
    asked = f"/safety/reactions/{reaction.pk}/duties/"
    assert client.post(asked, {"settles": "user_facility", "reason": " "}).status_code == 422
    assert client.post(asked, {"settles": "user_facility", "reason": "No facility"}).status_code == 302
    assert "No facility" in client.get(asked).content.decode()
    page = client.get("/safety/declarations/").content.decode()
    assert words not in page
    assert made.number in page


def test_a_reaction_that_is_not_serious_does_not_wait(reaction, sam, known):
    judging.assess(reaction=reaction, new=judging.NewAssessment(grade=1), by=sam, known=known)
    assert Assessment.objects.count() == 2
    assert duties.waiting(reaction.clinic, reaction.clinic.day_of(), known) == []


def test_a_report_to_the_maker_settles_no_duty(finished, reaction, sam, known):
    today = reaction.clinic.day_of()
    actions.note_sent(
        declaration=finished, form="other", way="post", to="Maker", on=today, by=sam, known=known
    )
    (left,) = duties.waiting(reaction.clinic, today, known)
    assert left.sent == ("Maker",)
    assert len(left.is_left) == 2
    with pytest.raises(actions.DeclarationRefused, match="unknown_duty"):
        actions.note_sent(
            declaration=finished, form="other", way="post", to="X", on=today, by=sam, known=known, settles=["device"]
        )  # fmt: skip


def test_a_red_flag_that_nobody_judged_has_its_days_as_if_it_were_serious(signed, sam, known):
    """Until somebody says that it is not serious, the law's days run."""
    clinic = signed.clinic
    new = reactions.NewReaction(kind="abscess", onset=clinic.day_of(), sessions=[signed])
    made = reactions.record(patient=signed.patient, new=new, by=sam, known=known)
    (row,) = duties.waiting(clinic, clinic.day_of(), known)
    assert (row.reaction, row.is_judged, row.by is not None) == (made, False, True)
    assert "Red flag that nobody has judged" in as_(sam).get("/safety/declarations/").content.decode()
    assert "report to an authority not settled" in as_(sam).get("/safety/waiting/").content.decode()
    judging.assess(reaction=made, new=judging.NewAssessment(grade=1), by=sam, known=known)
    assert duties.waiting(clinic, clinic.day_of(), known) == []


def test_french_duties_name_no_day_and_are_ordered_by_how_long_it_is_known(known):
    """No number of days is held for France: no day is made up."""
    found = duties.of_country("FR", date(2026, 11, 20), known)
    assert {each.by for each in found} == {None}
    assert {each.duty.id for each in found} >= {
        "serious_event",
        "infection",
        "device",
        "medicine",
        "cosmetic",
    }


@pytest.mark.parametrize(
    ("country", "learned", "by"),
    [
        ("US", date(2026, 11, 20), date(2026, 12, 4)),  # a Friday: ten working days
        ("US", date(2026, 11, 21), date(2026, 12, 4)),  # the Saturday after it
        ("US", date(2026, 11, 23), date(2026, 12, 7)),  # the Monday
        ("FR", date(2026, 11, 20), None),
    ],
)
def test_the_day_by_which_a_law_wants_it_is_counted_in_working_days(country, learned, by, known):
    days = [each.by for each in duties.of_country(country, learned, known) if each.duty.standing == "law"]
    assert by in days


def test_another_device_is_told_and_overwrites_nothing(draft, sam):
    client, path = as_(sam), f"/safety/declarations/{draft.pk}/save/"
    sent = {**TOLD, "version": "1", "narrative": "The first device"}
    first = client.post(path, sent, headers={"Accept": "application/json"})
    assert first.json()["version"] == 2
    second = client.post(path, {**sent, "narrative": "The second"}, headers={"Accept": "application/json"})
    assert (second.status_code, second.json()["version"]) == (409, 2)
    draft.refresh_from_db()
    assert draft.told["narrative"] == "The first device"
    again = client.post(path, sent, headers={"Accept": "application/json"})
    assert again.status_code == 200


def test_only_those_who_may_write_one_and_another_clinic_sees_nothing(draft, reaction, bob, dora, charlie):
    path = f"/safety/declarations/{draft.pk}"
    assert as_(bob).get(f"{path}/").status_code == 200
    for person, status in ((bob, 403), (dora, 403), (charlie, 404)):
        assert as_(person).post(f"{path}/save/", TOLD).status_code == status
        assert as_(person).get(f"{path}/e2b.xml").status_code == status
        assert as_(person).get(f"{path}/medwatch.pdf").status_code == status
        assert as_(person).post(f"/safety/reactions/{reaction.pk}/declare/").status_code == status
    assert as_(charlie).get(f"{path}/").status_code == 404


def test_the_list_costs_as_many_queries_for_many_as_for_one(reaction, draft, signed, sam, known):
    client = as_(sam)
    with CaptureQueriesContext(connection) as one:
        client.get("/safety/declarations/")
    for number in range(4):
        made = reactions.record(
            patient=signed.patient,
            new=reactions.NewReaction(
                kind="nodule", onset=signed.clinic.day_of() - timedelta(days=number + 1), sessions=[]
            ),
            by=sam,
            known=known,
        )
        judging.assess(reaction=made, new=judging.NewAssessment(serious=("hospital",)), by=sam, known=known)
        actions.begin(reaction=made, by=sam, known=known)
    with CaptureQueriesContext(connection) as many:
        client.get("/safety/declarations/")
    assert len(many) == len(one) <= 14


def test_what_is_exported_is_audited(draft, sam):
    as_(sam).get(f"/safety/declarations/{draft.pk}/e2b.xml")
    exported = Event.objects.filter(what="safety.declaration_exported").get()
    assert exported.detail == {"form": "e2b", "number": draft.number}


def test_an_authority_is_told_the_lot_that_an_amendment_names_and_the_one_that_was_signed(
    draft, signed, alice, known
):
    component = signed.mixes.get().components.first()
    really = ready.lot(signed.clinic, alice, "REALLY-2")
    treatments.amend_lot(component=component, lot=really, reason="The other box was open", by=alice)
    (product,) = telling.case_of(draft, known).suspects
    dose = next(one for one in product.dosages if one.lot == "REALLY-2")
    assert dose.expires == really.expires
    assert "recorded at the session as lot K-1" in dose.text
    assert {one.lot for one in product.dosages} == {
        "REALLY-2",
        "K-1",
    }  # of the other vials nothing was amended


def test_the_medicines_of_the_history_are_told_beside_the_suspects(ready, alice, sam, known):
    said = people.healthy_answers({"heart_and_hormone_medicines": ["combined_contraceptive"]})
    people.completed_history(ready.patient, alice, said)
    signed = again(treatments.sign_off(session=ready, by=alice, known=known))
    new = reactions.NewReaction(kind="nodule", onset=signed.clinic.day_of(), sessions=[signed])
    made = reactions.record(patient=signed.patient, new=new, by=sam, known=known)
    (medicine,) = products.concomitants(made, "en", known)
    assert (medicine.name, medicine.role) == (known.name("combined_contraceptive", "en"), "concomitant")
