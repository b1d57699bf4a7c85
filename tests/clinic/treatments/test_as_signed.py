"""What a signed session shows is what was signed: later names change neither the page nor a paper."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from pypdf import PdfReader

import guards
import people
from clinic.treatments.conftest import again, as_
from wheal.clinic.audit.verifying import verify
from wheal.clinic.people import actions as people_actions
from wheal.clinic.people.models import Membership
from wheal.clinic.stock.models import Product
from wheal.clinic.treatments import actions, called, passports
from wheal.clinic.treatments.models import Session

OTHER = {
    "name": "Renamed Later", "maker": "Other maker", "substance": "deoxycholic_acid", "strength": "10",
    "strength_unit": "mg/mL", "container_kind": "single_dose", "container_ml": "2", "per_box": "1",
}  # fmt: skip

pytestmark = pytest.mark.both_engines


def words_of(answer) -> str:
    assert answer.status_code == 200
    if answer["Content-Type"] != "application/pdf":
        return answer.content.decode()
    return " ".join(
        " ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.content)).pages
    )


def shown(session: Session, user) -> dict[str, str]:
    mine = as_(user)
    addresses = {
        "page": f"/sessions/{session.pk}/", "record": f"/sessions/{session.pk}/record.pdf",
        "aftercare": f"/sessions/{session.pk}/aftercare.pdf", "passport": f"/passport/{session.patient_id}.pdf",
        "timeline": f"/timeline/{session.patient_id}/",
    }  # fmt: skip
    return {name: words_of(mine.get(at, follow=True)) for name, at in addresses.items()}


def altered(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_product_that_is_renamed_on_its_page_changes_no_signed_session(signed, clinic, alice) -> None:
    bob = people.person("bob", "assistant", clinic)
    product = Product.objects.get(name="Kybella")
    assert as_(bob).post(f"/stock/products/{product.pk}/edit/", OTHER).status_code == 302
    product.refresh_from_db()
    assert product.name == "Renamed Later"
    told = shown(signed, alice)
    assert "Kybella" in told["passport"]
    for name, words in told.items():
        drawn = (
            words.replace("Renamed Later K-1", "") if name == "page" else words
        )  # offered for an amendment
        assert "Renamed Later" not in drawn, name
    (visit,) = passports.visits_of(signed.patient)
    assert {given.product for treated in visit.treated for given in treated.given} == {"Kybella"}, (
        "the emergency page and the passport on the phone read the same"
    )
    assert verify().broken == ()


def test_what_is_signed_after_the_new_name_bears_it(ready, alice, known) -> None:
    Product.objects.filter(name="Kybella").update(name="Kybella 2")
    signed = again(actions.sign_off(session=ready, by=alice, known=known))
    assert "Kybella 2" in shown(signed, alice)["passport"]


@pytest.mark.parametrize(("column", "new"), [("number", "FALSE-LOT"), ("expires", "2001-01-01")])
def test_a_lot_that_is_altered_behind_the_site_is_shown_as_signed_and_found(
    signed, lot, alice, column, new
) -> None:
    before = shown(signed, alice)
    assert "K-1" in before["record"]
    altered(f"UPDATE stock_lot SET {column} = '{new}' WHERE id = {lot.pk}")
    after = shown(signed, alice)
    for name in ("record", "passport", "aftercare"):
        assert "FALSE-LOT" not in after[name]
        assert "2001" not in after[name]
    assert "K-1" in after["page"]
    for name in ("record", "passport"):
        assert after[name] == before[name]
    assert [str(each) for each in verify().broken] == [
        f"stock.lot {lot.pk} is not as the audit last told it: its name, its number or what it belongs to was altered "
        "past the pages."
    ]


def test_whatever_a_session_names_is_found_when_it_is_altered_behind_the_site(
    signed, lot, anaesthetic, alice
) -> None:
    """Each with the row named, and found once more beside the others."""
    patient, (vial, *_rest) = signed.patient_id, sorted(lot.containers.values_list("pk", flat=True))
    for statement in (
        f"UPDATE stock_product SET name = 'Falseproduct' WHERE id = {lot.product_id}",
        f"UPDATE stock_lot SET product_id = {anaesthetic.product_id} WHERE id = {lot.pk}",
        f"UPDATE stock_container SET lot_id = {anaesthetic.pk} WHERE id = {vial}",
        f"UPDATE patients_patient SET family_name = 'Changedname' WHERE id = {patient}",
        f"UPDATE people_user SET first_name = 'Forged' WHERE id = {alice.pk}",
    ):
        altered(statement)
    assert {each.where for each in verify().broken} == {
        f"stock.product {lot.product_id}", f"stock.lot {lot.pk}", f"stock.container {vial}",
        f"patients.patient {patient}", f"people.user {alice.pk}",
    }  # fmt: skip


def test_a_birth_date_that_is_altered_is_told_on_the_record_beside_the_signed_one(signed, alice) -> None:
    was = signed.patient.birth_date
    assert "Born, as signed" not in shown(signed, alice)["record"]
    altered(f"UPDATE patients_patient SET birth_date = '1950-01-01' WHERE id = {signed.patient_id}")
    told = shown(signed, alice)
    for name in ("page", "record"):
        assert "Born, as signed" in told[name]
        assert (
            f"{was:%B} {was.day}, {was.year}" in told[name] or f"{was.day} {was:%B} {was.year}" in told[name]
        )
    assert [each.where for each in verify().broken] == [f"patients.patient {signed.patient_id}"]


def test_who_signed_is_named_as_then_and_as_today(signed, clinic, alice) -> None:
    member = Membership.objects.get(user=alice, clinic=clinic)
    people_actions.change_member(
        membership=member,
        first_name="Alice",
        last_name="Married",
        role=member.role,
        administers=True,
        by=alice,
    )
    told = shown(signed, alice)
    for name in ("page", "record"):
        assert "Alice Example (today Alice Married)" in told[name]
    assert "Alice Example" in told["passport"]
    assert "Alice Married" not in told["passport"]
    assert verify().broken == ()


def test_a_name_that_was_signed_cannot_be_altered_in_the_session_itself(signed) -> None:
    """The names are under the digest of the record."""
    guards.take_away_triggers()
    names = {
        **signed.names,
        "lots": {key: ["False", *rest] for key, (_name, *rest) in signed.names["lots"].items()},
    }
    Session.objects.filter(pk=signed.pk).update(names=names)
    assert [each.where for each in verify().broken] == [f"treatments.session {signed.pk}"]


def test_a_record_from_before_names_were_kept_reads_those_of_today(signed, alice) -> None:
    guards.take_away_triggers()
    Session.objects.filter(pk=signed.pk).update(names=None)
    Product.objects.filter(name="Kybella").update(name="Of today")
    assert "Of today" in shown(signed, alice)["passport"]


def test_names_of_a_signed_session_cost_no_query(signed, alice, django_assert_num_queries) -> None:
    first = Session.objects.defer("judgement", "document").select_related("practitioner").get(pk=signed.pk)
    with django_assert_num_queries(0):
        called.name_of(first, first.practitioner)
        called.as_signed(first, [])


def test_a_lot_that_is_no_longer_there_is_found(signed, anaesthetic) -> None:
    altered(
        "PRAGMA defer_foreign_keys = ON" if connection.vendor == "sqlite" else "SET CONSTRAINTS ALL DEFERRED"
    )
    pk = anaesthetic.pk
    altered(f"UPDATE stock_lot SET id = 99999 WHERE id = {pk}")
    found = {(each.kind, each.where) for each in verify().broken}
    altered(f"UPDATE stock_lot SET id = {pk} WHERE id = 99999")
    assert ("missing", f"stock.lot {pk}") in found
