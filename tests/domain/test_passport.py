"""What a camera reads from the paper is what was written, and nothing else is taken for it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import passport
from wheal.passport import Given, PassportUnreadable, Person, Treated, Visit

words = st.text(
    st.characters(codec="utf-8", exclude_characters="|", exclude_categories=("Cc", "Cs", "Z")), max_size=30
)
volumes = st.decimals(min_value=0, max_value=500, places=3)
days = st.dates(date(2020, 1, 1), date(2100, 1, 1))
given_products = st.builds(Given, words, words, words, words, days, volumes)
treated = st.builds(
    Treated,
    words,
    st.integers(0, 900),
    volumes,
    st.lists(given_products, max_size=4).map(tuple),
    st.sampled_from(["", "left", "right"]),
)
visits = st.builds(
    Visit,
    days,
    words,
    words,
    st.lists(treated, max_size=3).map(tuple),
    st.lists(words, max_size=2).map(tuple),
)
people = st.builds(Person, words, days, words, words)

MARIA = Person("SAMPLEWOOD Maria", date(1984, 5, 2), "Demo Clinic", "+1 503 555 0100")
KYBELLA = Given("Kybella", "deoxycholic_acid", "10 mg/mL", "US01-A", date(2027, 6, 30), Decimal("5.200"))
CHIN = Visit(
    date(2026, 8, 20), "US", "Alice Fictional", (Treated("submental", 26, Decimal("5.200"), (KYBELLA,)),)
)


def test_one_session_is_a_few_lines_that_a_doctor_can_read() -> None:
    (text,) = passport.parts(MARIA, [CHIN])
    head, *lines = text.split("\n")
    assert head.startswith("WHEAL-PASSPORT/1 ")
    assert head.endswith(" 1/1")
    assert lines == [
        "P|SAMPLEWOOD Maria|1984-05-02|Demo Clinic|+1 503 555 0100",
        "S|2026-08-20|US|Alice Fictional",
        "I|submental|26|5.200",
        "L|Kybella|deoxycholic_acid|10 mg/mL|US01-A|2027-06-30|5.200",
    ]


def test_what_codes_mean_is_said_in_the_language_of_whoever_keeps_it() -> None:
    names = {"submental": "Sous le menton", "deoxycholic_acid": "Acide désoxycholique"}
    (text,) = passport.parts(MARIA, [CHIN], names=names)
    assert text.split("\n")[3:] == [
        "I|submental|26|5.200",
        "N|Sous le menton",
        "L|Kybella|deoxycholic_acid|10 mg/mL|US01-A|2027-06-30|5.200",
        "N|Acide désoxycholique",
    ]


@given(person=people, held=st.lists(visits, max_size=6), largest=st.integers(80, 900))
def test_what_is_written_is_read_back_from_the_parts_in_any_order(person, held, largest) -> None:
    names = {each.area: "Sous le menton" for visit in held for each in visit.treated}
    texts = passport.parts(person, held, names=names, largest=largest)
    assert passport.read(reversed(texts)) == (person, tuple(held))


@given(held=st.lists(visits, min_size=1, max_size=6))
def test_a_part_stays_small_enough_unless_one_line_is_longer(held) -> None:
    for text in passport.parts(MARIA, held):
        assert len(text.encode()) <= passport.LARGEST or text.count("\n") == 2


def test_each_code_says_whose_it_is_and_holds_whole_sessions() -> None:
    """One code alone is read by a doctor who has no other."""
    for text in passport.parts(MARIA, [CHIN] * 20):
        _head, *lines = text.split("\n")
        assert [line[0] for line in lines] == ["P", *"SIL" * (len(lines) // 3)]


def test_whose_side_it_was_is_told() -> None:
    left = Visit(CHIN.on, "FR", "Camille", (Treated("cheeks", 9, Decimal("0.900"), (KYBELLA,), "left"),))
    (text,) = passport.parts(MARIA, [left])
    assert "I|cheeks|9|0.900|left" in text.split("\n")
    assert passport.read([text])[1] == (left,)


def test_a_bar_or_a_new_line_in_a_name_cannot_make_a_field_or_a_line() -> None:
    person = Person("A|B\nS|2026-01-01|US|Nobody", date(1984, 5, 2), "", "")
    read, held = passport.read(passport.parts(person, []))
    assert read.name == "A/B S/2026-01-01/US/Nobody"
    assert held == ()


def many() -> tuple[str, ...]:
    return passport.parts(MARIA, [CHIN] * 20)


def test_a_missing_part_is_named() -> None:
    with pytest.raises(PassportUnreadable, match="part 2 is missing"):
        passport.read(text for text in many() if " 2/" not in text.split("\n")[0])


def test_parts_of_two_passports_are_not_joined() -> None:
    other = passport.parts(Person("ANYPERSON Joan", date(1975, 4, 19), "", ""), [CHIN] * 20)
    with pytest.raises(PassportUnreadable, match="do not belong to one passport"):
        passport.read([many()[0], *other[1:]])


@pytest.mark.parametrize(
    ("was", "instead", "why"),
    [
        ("US01-A", "US01-B", "not as they were written"),
        ("WHEAL-PASSPORT/1", "https://example.org", "does not begin a passport"),
    ],
)
def test_what_was_altered_is_refused(was, instead, why) -> None:
    with pytest.raises(PassportUnreadable, match=why):
        passport.read([passport.parts(MARIA, [CHIN])[0].replace(was, instead)])
