"""What is packed comes out as it went in, for good; what was altered does not come out at all."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

import guards
from clinic.treatments.conftest import *  # noqa: F403 (a signed session)
from wheal.clinic import packing
from wheal.clinic.audit import chain
from wheal.clinic.audit.verifying import verify
from wheal.clinic.treatments.chart import readable
from wheal.clinic.treatments.models import Consent, Session

pytestmark = pytest.mark.both_engines
AS_THEY_ARE = {
    "1": "b00f689db476a5ab4390d5e3735d6f98af2b5f1e32be87b3a79096c8b51f3273",
    "2": "7409dca57842c51145c9925c8274d2eaf8a60230f68e7142bd695f73de257feb",
    "3": "090011076c60046c84d847adfb6a2fd3370cdf4df379a7d03a9fa8708379ed48",
}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0")), inner)
    ),
    max_leaves=40,
)


@given(st.text(st.characters(codec="utf-8"), max_size=2000) | st.text("ab ", min_size=190, max_size=900))
def test_every_text_comes_out_as_it_went_in(text: str) -> None:
    packed = packing.pack(text, (packing.ENGLISH, packing.FRENCH))
    assert packing.unpack(packed) == text
    assert len(packed) <= len(text) or packing.is_packed(text)


@pytest.mark.parametrize("text", ["=1:", "=1:not packed at all", "=9:" + "x" * 300])
def test_a_text_that_looks_packed_is_packed(text: str) -> None:
    assert packing.unpack(packing.pack(text)) == text


def test_what_was_cut_short_altered_or_added_to_is_refused() -> None:
    packed = packing.pack("a judgement, again and again. " * 50)
    for broken in (
        packed[:-4],
        packed[:10] + packed[14:],
        packed + "QUJD",
        packed[:-1],
        "=8:" + packed[3:],
        "=1:é",
    ):
        with pytest.raises(ValueError, match=r".+"):
            packing.unpack(broken)


@pytest.mark.parametrize(("name", "digest"), AS_THEY_ARE.items())
def test_a_text_to_pack_by_never_changes_for_without_it_nothing_can_be_read(name: str, digest: str) -> None:
    assert sha256((packing.HERE / f"{name}.txt").read_bytes()).hexdigest() == digest


def kept(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return str(cursor.fetchone()[0])


def test_a_signed_session_is_kept_packed_and_read_as_it_was(signed) -> None:
    assert packing.is_packed(json.loads(kept("SELECT CAST(judgement AS text) FROM treatments_session")))
    assert packing.is_packed(kept("SELECT text FROM treatments_consent"))
    assert packing.is_packed(json.loads(kept("SELECT CAST(answers AS text) FROM patients_history")))
    assert Session.objects.get(pk=signed.pk).document["plan"]["area"] == "submental"
    assert Consent.objects.get().text.startswith("# ")
    assert verify().broken == ()


@pytest.mark.parametrize("times", [1, 30])
def test_what_a_consent_covers_is_read_within_the_session_packed_or_not(ready, times) -> None:
    terms = {"substances": ["lidocaine"] * times}
    guards.take_away_triggers()
    Consent.objects.update(covers=terms)
    (held,) = readable(Session.objects.filter(pk=ready.pk))
    assert packing.within(held.consent_facts["covers"]) == terms


def test_rows_from_before_are_read_as_ever_and_keep_their_digest(ready) -> None:
    draft = Session.objects.filter(pk=ready.pk)
    draft.update(judgement={"findings": ["of long ago"] * 50})
    ((_pk, packed),) = chain.each_digest(draft)
    with connection.cursor() as cursor:
        plain = json.dumps({"findings": ["of long ago"] * 50})
        cursor.execute("UPDATE treatments_session SET judgement = %s WHERE id = %s", [plain, ready.pk])
    ((_pk, as_it_was),) = chain.each_digest(draft)
    assert as_it_was == packed


@given(value=JSON)
@pytest.mark.django_db
def test_json_of_every_kind_is_kept(value) -> None:
    field = Session._meta.get_field("judgement")
    prepared = field.get_prep_value(value)
    assert field.from_db_value(json.dumps(prepared), None, connection) == value


@pytest.mark.parametrize("value", ["=1:looks packed", ["=1:" + "x" * 400], {"a": "=2:"}])
def test_json_that_looks_packed_is_kept_too(ready, value) -> None:
    Session.objects.filter(pk=ready.pk).update(judgement=value)
    assert Session.objects.get(pk=ready.pk).judgement == value
