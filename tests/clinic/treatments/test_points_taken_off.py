"""Points that would be lost are asked about first: a pass taken out, or put on ground where its points mean nothing."""

from __future__ import annotations

import pytest
from django.urls import reverse

from clinic.treatments.conftest import OUTLINE, SQUARE, as_, draw, inject
from wheal.clinic.treatments import actions
from wheal.clinic.treatments.models import Pass

DRAWN = ("area", "chart", "side", "outline", "points", "count", "volume_ml", "depth_mm", "total_ml", "mix_id")


@pytest.fixture
def drawn(planned, lot, alice, known) -> Pass:
    return inject(planned, draw(planned, lot, alice), alice, known)


def sent(row: Pass, what: str) -> dict[str, str]:
    elsewhere = {"mix": str(row.mix_id), "place": "abdomen/front/", "technique": row.technique}
    return {"remove": "1"} if what == "remove" else elsewhere


def address(row: Pass) -> str:
    return reverse("treatments:change-pass", args=[row.session_id, row.pk])


def count(row: Pass) -> int | None:
    """Of points; None: the pass is gone."""
    return Pass.objects.filter(pk=row.pk).values_list("count", flat=True).first()


@pytest.mark.parametrize(("what", "left"), [("remove", None), ("elsewhere", 0)])
def test_nothing_goes_before_somebody_agreed(drawn, alice, known, what, left):
    client = as_(alice)
    asked = client.post(address(drawn), sent(drawn, what))
    name = known.name(drawn.area, "en")
    assert f"Pass 1 · A ({name}) has 40 points." in asked.content.decode()
    assert count(drawn) == 40
    agreed = {**asked.context["sent"], "agreed": str(asked.context["row"].draft_version)}
    assert client.post(address(drawn), agreed).status_code == 302
    assert count(drawn) == left


@pytest.mark.parametrize("what", ["remove", "elsewhere"])
def test_what_another_device_drew_since_was_not_agreed_to(drawn, alice, what):
    agreed = {**sent(drawn, what), "agreed": str(drawn.draft_version)}
    actions.save_pass(row=drawn, by=alice, points=SQUARE[:41], outline=OUTLINE)
    answer = as_(alice).post(address(drawn), agreed)
    assert (answer.status_code, count(drawn)) == (422, 41)
    assert "changed on another device" in answer.content.decode()


def test_without_points_nothing_is_asked(planned, lot, alice, known):
    row = actions.add_pass(session=planned, mix=draw(planned, lot, alice), by=alice, known=known)
    assert as_(alice).post(address(row), sent(row, "remove")).status_code == 302
    assert count(row) is None


def test_another_technique_keeps_the_points_and_asks_nothing(drawn, alice, known):
    place = f"{drawn.area}/{drawn.chart}/{drawn.side}"
    other = {"mix": str(drawn.mix_id), "place": place, "technique": "nappage"}
    assert as_(alice).post(address(drawn), other).status_code == 302
    assert count(drawn) == 40


def test_of_a_signed_session_the_refusal_comes_before_the_question(signed, alice):
    row = signed.passes.get()
    answer = as_(alice).post(address(row), {"remove": "1"})
    assert (answer.status_code, count(row)) == (422, row.count)


@pytest.mark.parametrize("what", ["remove", "elsewhere"])
def test_what_was_taken_off_is_put_back_as_it_was_on_any_device(drawn, alice, bob, known, what):
    before = {name: getattr(drawn, name) for name in DRAWN}
    as_(alice).post(address(drawn), {**sent(drawn, what), "agreed": str(drawn.draft_version)})
    page = as_(bob).get(f"/sessions/{drawn.session_id}/inject/").content.decode()
    assert "Taken off: pass 1 · A" in page
    assert as_(bob).post(f"/sessions/{drawn.session_id}/inject/pass/put-back").status_code == 302
    row = drawn.session.passes.get()
    assert {name: getattr(row, name) for name in DRAWN} == before
    assert as_(bob).post(f"/sessions/{drawn.session_id}/inject/pass/put-back").status_code == 422


def test_the_last_taken_off_comes_back_first_and_new_points_are_never_overwritten(drawn, alice, known):
    session, mix = drawn.session, drawn.mix
    actions.save_pass_choice(
        row=drawn, by=alice, mix=mix, area="abdomen", technique=drawn.technique, known=known
    )
    actions.save_pass(row=drawn, by=alice, points=SQUARE[5:8], outline=OUTLINE)
    actions.remove_pass(row=drawn, by=alice)
    assert [actions.put_back(session=session, by=alice).count for _each in range(2)] == [3, 40]
    assert sorted(session.passes.values_list("area", "count")) == [("abdomen", 3), (drawn.area, 40)]
