"""Whatever is typed into a field that looks for something is answered."""

from __future__ import annotations

import pytest

import people
from wheal.clinic.patients import searching

pytestmark = pytest.mark.both_engines
ADDRESSES = (
    "/patients/?q=", "/patients/search/?q=", "/calendar/?q=", "/calendar/new/?q=", "/quotes/?q=", "/formulary/?q=",
    "/stock/?q=", "/stock/found/?q=", "/equipment/found/?q=", "/follow-up/?name=", "/audit/?what=", "/audit/?who=",
    "/safety/trace/?q=", "/calendar/?of=", "/calendar/?on=", "/?on=",
)  # fmt: skip
ODD = {
    "nothing that a text holds": "a%00b",
    "only that": "%00",
    "very many words": "+".join(f"w{number}" for number in range(1500)),
    "one word very often": "+".join(["lee"] * 1500),
    "very many figures": "7" * 6000,
    "one very long word": "a" * 6000,
    "what a pattern means": "%25_%5C%27%22*",
    "half a pair, as bytes": "%ED%A0%80",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_whatever_is_looked_for_is_answered(client, alice, odd) -> None:
    client.force_login(alice)
    told = {address: client.get(address + odd).status_code for address in ADDRESSES}
    awaited = {400} if "%00" in odd else {200, 400, 403, 404}
    assert {address: status for address, status in told.items() if status not in awaited} == {}
    assert any(status == 200 for status in told.values()) or "%00" in odd


def test_what_a_scanner_types_between_the_parts_of_a_code_is_looked_for(client, alice) -> None:
    client.force_login(alice)
    assert client.get("/stock/?q=10LOT%1D17301231").status_code == 200


def test_somebody_is_found_by_all_of_many_names_and_nobody_by_more_words_than_one_has(clinic, alice) -> None:
    names = "Maria da Conceicao Fictional dos Santos Imaginary e Silva"
    patient = people.patient(clinic, alice, family_name="Pereira", given_names=names)
    assert searching.find(clinic, f"{names} Pereira") == [patient]
    assert searching.find(clinic, " ".join(["Pereira"] * 400)) == [patient], "one word said often is one"
    assert searching.find(clinic, " ".join(f"{names} Pereira {number}" for number in range(9))) == []
