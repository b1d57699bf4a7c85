"""A notice of an authority is held against the lots that are, or were, in the clinic."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wheal.notice_spans import Shelf, Span
from wheal.notices import Held, Named, NoticeUnreadable, matches, read_table, read_text, refuse_none

KYBELLA = Held(1, "A-101", "09506000134352", ("Deoxycholic acid 10 mg/mL", "deoxycholic acid", "Maker"))
LIDO = Held(2, "B7", "", ("Lidocaine 1 %", "lidocaine", "lidocaïne"))
OTHER = Held(3, "a101", "09506000134369", ("Saline",))
HELD = (KYBELLA, LIDO, OTHER)


def numbers(text: str) -> list[str]:
    return [named.number for named in read_text(text).named]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Recall of lot A101 of deoxycholic acid", ["A101"]),
        ("Lots A101, A102 and B7 must not be used.", ["A101", "A102", "B7"]),
        ("Lot numbers: A101; A102;\nB7", ["A101", "A102", "B7"]),
        ("Rappel des lots A101 et B7 de lidocaïne", ["A101", "B7"]),
        ("Numéro de lot : 22F-017", ["22F-017"]),
        ("n° de lot 22F/017 (péremption 05/2027)", ["22F/017"]),
        ("Batch 7731. Batch 7732.", ["7731", "7732"]),
        ("lots A098 to A101", ["A098", "A099", "A100", "A101"]),
        ("lots A098 à A100 et C3", ["A098", "A099", "A100", "C3"]),
        ("lots A9 to B3", ["A9", "B3"]),
        ("lots 98 to 101", ["98", "99", "100", "101"]),
        ("lots A100 à 102", ["A100", "A101", "A102"]),
        ("lot A12 to A9", ["A12", "A9"]),
        ("LOT#X1Y2", ["X1Y2"]),
        ("lot 09506000134352A", ["09506000134352A"]),
        ("lot 96385074", ["96385074"]),  # it could be a GTIN, and is a lot
        ("Lot(s): A101, B7", ["A101", "B7"]),
        ("Lot/Batch No.: A101", ["A101"]),
        ("Batch(es) 7731 & 7732", ["7731", "7732"]),
        ("lots A100/A101", ["A100/A101", "A100", "A101"]),  # one or two: both are looked for
        ("lot A\N{HYPHEN}101 and A\N{NON-BREAKING HYPHEN}102", ["A-101", "A-102"]),
        ("lot US10 A, then", ["US10", "US10 A"]),
        ("lots US10 A et US11 B", ["US10", "US10 A", "US11", "US11 B"]),
        ("lots A100-A102", ["A100-A102", "A100", "A101", "A102"]),
        ("LOTS A098 A A100", ["A098", "A099", "A100"]),  # capitals without accents
        ("du lot A098 au lot A100", ["A098", "A099", "A100"]),
        ("lots de A098 à A099", ["A098", "A099"]),
        ("lots entre A098 et A100", ["A098", "A099", "A100"]),
        ("Lots concernés :\n- A1\n- A2\n• B3\nMerci", ["A1", "A2", "B3"]),
        ("Lots suivants de Kybella : A1, A2", ["A1", "A2"]),
        ("les lots portant les numéros A1 et A2", ["A1", "A2"]),
        ("lots (A1, A2)", ["A1", "A2"]),
        ("lots AB098C to AB100C", ["AB098C", "AB099C", "AB100C"]),
        ("Batch 2305 to 07", ["2305", "2306", "2307"]),
        ("lots B0099..B0101", ["B0099", "B0100", "B0101"]),
        ("lots A099 jusqu’à A100", ["A099", "A100"]),
        ("lots US07-B through US07-D", ["US07-B", "US07-D"]),  # letters are not counted
    ],
)
def test_the_numbers_that_follow_the_word_are_read(text, found):
    assert numbers(text) == found


@pytest.mark.parametrize(
    "text", ["A lot of patients were seen.", "Nothing is recalled.", "lots of pain in 2026"]
)
def test_where_no_lot_is_named_that_is_said(text):
    with pytest.raises(NoticeUnreadable, match="no_lot_named"):
        refuse_none(read_text(text), HELD)


def test_a_range_that_cannot_be_meant_is_refused_with_its_ends():
    with pytest.raises(NoticeUnreadable, match="000000 – 999999"):
        read_text("lots 000000 to 999999")


def test_a_match_says_how_sure_it_is_and_the_surest_comes_first():
    found = matches(read_text("Lot A101, GTIN 09506000134352, and lot B7 of Lidocaine 1 %"), HELD)
    assert [(match.held, match.sure) for match in found.matches] == [
        (1, "lot_and_code"), (2, "lot_and_name"), (3, "lot_alone"),
    ]  # fmt: skip


def test_a_national_number_makes_a_match_sure_however_it_is_written():
    held = [Held(1, "A101", "03400930000120"), Held(2, "A101", "", (), "34009 300 001 2 0"), Held(3, "A101")]
    for notice in (
        read_text("Lot A101, CIP 3400930000120"),
        read_table(b"Lot;CIP13\nA101;34009 300 001 2 0\n"),
    ):
        assert [match.sure for match in matches(notice, held).matches] == [
            "lot_and_code",
            "lot_and_code",
            "lot_alone",
        ]


def test_a_cell_may_hold_several_lots_and_the_heading_may_say_so():
    found = read_table("Lot(s);Produit\nA1, A2;x\nB1 à B3;y\nK 1;z\n".encode())
    assert [named.number for named in found.named] == ["A1", "A2", "B1", "B2", "B3", "K 1"]


def test_a_number_that_nobody_had_is_told_too():
    assert matches(read_text("lots A101 and Z9"), HELD).not_held == ("Z9",)


def test_hyphens_spaces_and_capitals_do_not_hide_a_lot():
    assert {match.held for match in matches(read_text("lot a-101"), HELD).matches} == {1, 3}


@pytest.mark.parametrize(
    "table",
    [
        b"Lot;GTIN;Product\nA101;9506000134352;Deoxycholic acid\n\nB7;;\n",
        b"\xef\xbb\xbfProduct,Batch number,GTIN\nDeoxycholic acid,A101,09506000134352\n,B7,\n",
        "Dénomination\tNuméro de lot\tCode\nAcide\tA101\t9506000134352\n\tB7\t\n".encode("cp1252"),
    ],
)
def test_a_table_is_read_with_its_headings_in_either_language(table):
    found = matches(read_table(table), HELD)
    assert [(match.held, match.sure) for match in found.matches] == [
        (1, "lot_and_code"), (3, "lot_alone"), (2, "lot_alone"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"Product;Expiry\nA;2027\n", "no_lot_column"),
        (b"Lot;Product\n;x\n", "no_lot_named"),
        (b"PK\x03\x04\x00\x00", "not_text"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(data, code):
    with pytest.raises(NoticeUnreadable) as refused:
        refuse_none(read_table(data), HELD)
    assert refused.value.code == code


def test_the_headings_found_are_told_where_the_lot_is_missing():
    with pytest.raises(NoticeUnreadable, match="Product, Expiry"):
        read_table(b"Product;Expiry\nA;2027\n")


@example(number="NO0")  # no “no.” before a number
@given(number=st.from_regex(r"[A-Z]{1,3}[0-9]{1,6}", fullmatch=True))
def test_a_held_lot_that_is_named_is_always_found(number):
    held = [Held(9, number)]
    for notice in (read_text(f"Recall of lot {number}."), read_table(f"Lot\n{number}\n".encode())):
        assert [match.held for match in matches(notice, held).matches] == [9]


def test_a_row_keeps_what_the_table_said_of_it():
    assert read_table(b"Lot,Product\nA1,Saline\n").named == (Named("A1", "", "Saline"),)


STOCK = [
    Held(place, number)
    for place, number in enumerate(
        [
            "FR05-A", "FR10-A", "US01-A", "US02-A", "US03-A", "REV-A", "US01-EARLY", "12345678", "AB12345", "US1",
            "77", "KYB",
        ]
    )
]  # fmt: skip


def here(notice, how=("read", "in_text", "question")) -> set[str]:
    return {STOCK[match.held].number for match in matches(notice, STOCK).matches if match.how in how}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rappel des lots FR05-A (péremption 05/2027), FR10-A (péremption 06/2027)", {"FR05-A", "FR10-A"}),
        ("Lots US01-A (exp. 05/2027), US02-A (exp. Mai 2027), US03-A", {"US01-A", "US02-A", "US03-A"}),
        ("Lots : US01-A - 05/2027\nUS02-A - 06/2027", {"US01-A", "US02-A"}),
        ("lots n° US01-A, n° US02-A", {"US01-A", "US02-A"}),
        ("Lots US01-A US02-A", {"US01-A", "US02-A"}),
        ("Lots #US01-A #US02-A", {"US01-A", "US02-A"}),
        ("Lots US01-A ; US02-A (Europe) ; US03-A", {"US01-A", "US02-A", "US03-A"}),
        ("1) US01-A 2) US02-A", {"US01-A", "US02-A"}),
        ("Lots US01-A, REV-A, US02-A", {"US01-A", "REV-A", "US02-A"}),
        ("Lots US01-A, which leak, and us 02 a too", {"US01-A", "US02-A"}),
        ("lot US01–EARLY", {"US01-EARLY"}),
        ("lot US01 - EARLY", {"US01-EARLY"}),
        ("lot US01-\nEARLY", {"US01-EARLY"}),
        ("lots n\N{MASCULINE ORDINAL INDICATOR}12 345 678 et AB12 345", {"12345678", "AB12345"}),
        ("lot US10 of 1977, XUS01-A, US01-AX", set()),
        ("Page 77 of KYB and of lot A1", set()),  # too short to be told without the word beside it
    ],
)
def test_a_lot_that_is_held_is_found_whatever_stands_around_it(text, found):
    assert here(read_text(text)) == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("12 345 678", {"12345678"}),
        ("AB12 345", {"AB12345"}),
        ("US02-A (exp 05/27), US03-A", {"US02-A", "US03-A"}),
        ("US02-A US03-A", {"US02-A", "US03-A"}),
        ("US02-A, REV-A", {"US02-A", "REV-A"}),
        ("see: US02-A", {"US02-A"}),
    ],
)
def test_a_cell_is_looked_through_as_a_whole_and_in_its_parts(cell, found):
    assert here(read_table(f'Lot;Product\n"{cell}";x\n'.encode())) == found


def test_what_is_short_or_tied_to_more_is_a_question():
    told = read_text("Lot A1 and, as we hear, 77 of it. Also US1-B.")
    assert here(told, ("question",)) == {"77", "US1"}


def test_a_number_within_a_longer_one_that_is_held_is_not_asked_about():
    held = [Held(1, "US01"), Held(2, "US01-A")]
    assert [match.held for match in matches(read_text("Do not use US01-A"), held).matches] == [2]


@pytest.mark.parametrize(
    ("notice", "unread"),
    [
        (read_text("Lots A1, which leak, and B2 too. Lot A3."), ("which leak, and B2 too",)),
        (read_text("Lots A1 (formerly B2), C3"), ("(formerly B2), C3",)),
        (read_text("Lot A1 of saline, by order of the agency."), ()),
        (read_text("Lots A1 (exp. 05/2027), A2"), ()),
        (
            read_text("Kybella: A1 and B2"),
            ("Kybella: A1 and B2",),
        ),  # without the word, nothing of it was read
        (read_table(b'Lot\n"A1 but not B2"\n'), ("but not B2",)),
        (read_table(b"Lot\nAB12 345\n"), ()),
    ],
)
def test_what_stands_behind_the_numbers_and_was_not_read_is_told(notice, unread):
    assert notice.unread == unread


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Recall of Demosalt, lots US07-B through US07-Z.", "US07-S"),
        ("lots FR07-B à FR07-Z inclus", "FR07-S"),
        ("LOTS FR07-B A FR07-Z", "FR07-S"),
        ("lots FR07-B jusqu’au lot FR07-Z", "FR07-S"),
        ("lots between US07-B and US07-Z", "US07-S"),
        ("lots US07-B à Z", "US07-S"),
        ("lots US07-B–US07-Z", "US07-S"),
        ("lots US07-B-US07-Z", "US07-S"),
        ("Lots:\n\nUS07-B to US07-Z", "US07-S"),
        ("lots A9 to B3", "A10"),
        ("lots A12 to A9", "A10"),
        ("Lots K99-K110", "K100"),
        ("Batch: 230500-230599", "230517"),
        ("Batch: 230500-599", "230517"),
        ("Lots K10*", "K100"),
        ("Lots K10x", "K100"),
        ("Lots K10…", "K100"),
        ("lots commençant par K10", "K100"),
        ("lots beginning with K10", "K100"),
        ("Lot US01-A et suivants", "US02-A"),
        ("lot K100 and all later lots", "K101"),
        ("lots K100 (and later)", "K101"),
        ("lot K100 onwards", "K101"),
        ("lots US07-B to US07-D and later", "US07-S"),
        ("les lots K100 et tous les lots ultérieurs", "K101"),
        ("à partir du lot K100", "K101"),
        ("lot K100 et antérieurs", "K099"),
    ],
)
def test_a_range_that_cannot_be_counted_asks_about_what_may_lie_in_it_and_is_shown_as_not_read(text, held):
    other = Held(2, "ZZ1")
    notice = read_text(text)
    assert [(match.held, match.how) for match in matches(notice, [Held(1, held), other]).matches] == [
        (1, "in_span")
    ]
    if not text.startswith("Batch: 230500-599"):  # it may be one number as well
        assert notice.unread


def test_a_range_in_another_sentence_is_shown_as_not_read_too():
    notice = read_text(
        "Recall of lot A1. Also ZZ10* and ZZ7-B to ZZ7-F. Keep it from 2 to 8 °C, from 2025 on."
    )
    assert notice.unread == ("ZZ10*", "ZZ7-B to ZZ7-F")


def test_a_lot_between_two_that_are_counted_is_asked_about():
    notice = read_text("Lots A100 to A104.")
    found = matches(notice, [Held(1, "A102-B"), Held(2, "A103"), Held(3, "A104B"), Held(4, "A1041")]).matches
    assert [(match.held, match.how) for match in found] == [(2, "read"), (1, "in_span"), (3, "in_span")]
    assert not notice.unread


def test_a_range_in_a_cell_is_asked_about_too():
    notice = read_table(b"Lot;Product\nUS07-B to US07-Z;x\nK10*;y\n")
    assert {match.how for match in matches(notice, [Held(1, "US07-S"), Held(2, "K100")]).matches} == {
        "in_span"
    }
    assert notice.unread == ("US07-B to US07-Z", "K10*")


@pytest.mark.parametrize(
    "text",
    [
        "Lot ZZ9 of saline, by order of the agency since 2024-05-01, kept from 2 to 8 °C, recalled from 12 clinics.",
        "Lots : ZZ9 - 05/2027\nZZ8 - 06/2027",
        "Lot ZZ9, following complaints. Call 01-45-22-33-44 before 30 June.",
        "lots ZZ9 et ZZ8",
    ],
)
def test_dates_temperatures_and_telephones_are_no_ranges(text):
    held = [
        Held(place, number)
        for place, number in enumerate(["3", "2025", "ZZ10", "US07-S", "5", "13", "45-23"])
    ]
    assert not matches(read_text(text), held).matches


DEMO = [
    Held(1, "K1", "", ("Demosalt", "Maker")),
    Held(2, "Q1", "", ("Demoxychol 10 mg/mL", "Maker", "deoxycholic acid", "acide désoxycholique")),
]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("All lots of Demosalt are recalled.", {1}),
        ("all batches of Demoxychol expiring before June 2027", {2}),
        ("Rappel de tous les lots de Demosalt.", {1}),
        ("Demosalt : quel que soit le lot", {1}),
        ("Every unexpired lot of deoxycholic acid", {2}),
        ("L’ensemble des lots d’acide désoxycholique", {2}),
        ("All lots of something else", set()),
        ("Recall of Demosalt, the whole product. Every vial must be returned.", {1}),
        ("Batch: all. Product: Demosalt", {1}),
        ("Lots concernés : tous. Produit : Demosalt", {1}),
    ],
)
def test_all_lots_of_a_product_are_asked_about_and_such_a_notice_is_kept(text, asked):
    notice = read_text(text)
    refuse_none(notice, DEMO)
    found = matches(notice, DEMO).matches
    assert {match.held for match in found} == asked
    assert {match.how for match in found} <= {"all_lots"}
    assert notice.unread == (text,)


@pytest.mark.parametrize(
    "text", ["All lots listed: A1", "All lots A1, A2 of Demosalt", "tous les lots suivants : A1"]
)
def test_all_the_lots_that_are_listed_are_not_all_lots(text):
    assert not read_text(text).products


def test_a_table_may_give_the_first_and_the_last_lot_and_call_the_product_as_it_likes():
    table = "First lot,Last lot,Produit concerné\nUS07-B,US07-Z,x\nA100,A102,y\nB7,,z\n"
    found = read_table(table.encode())
    assert [(named.number, named.words) for named in found.named] == [
        ("US07-B", "x"), ("US07-Z", "x"), ("A100", "y"), ("A101", "y"), ("A102", "y"), ("B7", "z"),
    ]  # fmt: skip
    assert found.unread == ("US07-B to US07-Z",)
    assert [match.how for match in matches(found, [Held(1, "US07-S")]).matches] == ["in_span"]
    assert read_table(b"Charge;Produkt\nA1;Salz\n").named == (Named("A1", "", "Salz"),)


@pytest.mark.parametrize(
    "text",
    [
        "Lot 555 is called back. The recall is extended to all remaining Demosalt stock.",
        "Rappel du lot 555. La totalité du stock de Demosalt est à retourner.",
    ],
)
def test_a_later_sentence_may_mean_all_that_is_left(text):
    found = matches(read_text(text), DEMO)
    assert [(match.held, match.how) for match in found.matches] == [(1, "all_lots")]


@pytest.mark.parametrize(
    "heads", ["Lot Number,Lot To", "Batch,To", "Lot,Au lot", "lot,lot end", "Batch no,Last batch"]
)
def test_a_range_may_begin_in_the_column_of_the_lot(heads):
    found = read_table(f"{heads},Product\nUS00-A,US09-A,Demosalt\n".encode())
    assert {match.held for match in matches(found, [Held(1, "US05-A"), Held(2, "US00-A")]).matches} == {1, 2}


@pytest.mark.parametrize("day", ["2027-01-31", "31/01/2027", "01/2027", "31 Jan 2027"])
def test_a_day_beside_the_lot_is_no_end_of_a_range(day):
    found = read_table(f"Lot,To,Product\nUS00-A,{day},Demosalt\n".encode())
    assert [named.number for named in found.named] == ["US00-A"]


def test_a_part_of_a_number_that_is_here_is_not_told_as_missing():
    assert matches(read_text("Lot US07 A"), [Held(1, "US07A")]).not_held == ()
    assert matches(read_text("Lot US07 A"), DEMO).not_held == ("US07", "US07 A")


@given(
    ends=st.lists(st.from_regex(r"[A-Z]{1,2}[0-9]{1,3}-?[A-Z]?", fullmatch=True), min_size=2, max_size=2),
    numbers=st.lists(st.from_regex(r"[A-Z]{1,2}[0-9]{1,4}[A-Z]{0,2}", fullmatch=True), max_size=20),
)
def test_looking_up_in_order_finds_what_asking_each_finds(ends, numbers):
    span = Span(" to ".join(ends), *ends)
    asked = [place for place, number in enumerate(numbers) if span.may_hold(number)]
    assert sorted(Shelf(numbers).within(span)) == asked


@pytest.mark.parametrize(
    "cell", ["All lots", "All", "*", "tous les lots", "toutes", "all batches within expiry", "alle Chargen"]
)
def test_a_row_that_means_all_lots_of_its_product_asks_about_each_of_them(cell):
    held = [Held(1, "US00-A", names=("Demoxychol 10",)), Held(2, "K-7", names=("Lidocaine",))]
    notice = read_table(f"Lot,Product\n{cell},Demoxychol\nZ-1,Lidocaine\n".encode())
    told = matches(notice, held)
    assert [(match.held, match.how) for match in told.matches] == [(1, "all_lots")]
    assert told.not_held == ("Z-1",)


@pytest.mark.parametrize("cell", ["", "n/a", "-"])
def test_a_row_that_gives_no_lot_is_shown_as_not_read(cell):
    notice = read_table(f"Lot,Product\n{cell},Demoxychol\nZ-1,Lidocaine\n".encode())
    assert ([each.number for each in notice.named], len(notice.unread)) == (["Z-1"], 1)
    assert "Demoxychol" in notice.unread[0]


SALT = Held(1, "US07-A", "09520000000073", ("Demosalt", "sodium chloride"))
ACID = Held(2, "US10-A", "09520000000011", ("Demoxychol 10", "deoxycholic acid"))


@pytest.mark.parametrize(
    "table",
    [
        "GTIN,Lot\n09520000000073,All\n09520000000011,All\n",
        "GTIN,Product,Lot\n09520000000073,Sodium chloride injection,All lots\n"
        "09520000000011,Deoxycholic acid,All lots\n",
        "Product,Lot\nDemosalt,*\nDemoxychol,tous les lots\n",
    ],
)
def test_each_row_that_means_all_lots_asks_about_its_own_product(table):
    told = matches(read_table(table.encode()), [SALT, ACID])
    assert {(match.held, match.how) for match in told.matches} == {(1, "all_lots"), (2, "all_lots")}
    assert (told.not_held, told.not_met) == ((), ())


def test_a_row_that_means_all_lots_of_what_is_not_here_is_told_as_not_read():
    notice = read_table(b"GTIN,Lot\n09520000000073,All\n09520000000028,All\n")
    assert matches(notice, [SALT]).not_met == ("09520000000028 · All",)
    assert notice.unread == ()
    refuse_none(notice, [])


def test_all_lots_of_two_codes_in_one_text_ask_about_both():
    told = matches(read_text("All lots of 09520000000073 and of 09520000000011 are recalled."), [SALT, ACID])
    assert {match.held for match in told.matches} == {1, 2}


@pytest.mark.parametrize(
    ("cell", "how"),
    [
        ("All lots with expiry up to 05/2027", "all_lots"),
        ("tous les lots dont la péremption est avant le 31/12/2026", "all_lots"),
        ("All lots made after 1 May", "all_lots"),
        ("ensemble des lots", "all_lots"),
        ("L’ensemble des lots", "all_lots"),
        ("All lots produced in Plant 3", "all_lots"),
        ("all except ZZ07-A", "all_lots"),
        ("Any lot number ending in 7-S", "all_lots"),
        ("ZZ1 and all other lots", "all_lots"),
        ("various", "not_read"),
        ("VARIOUS", "not_read"),
        ("see annex", "not_read"),
        ("voir l’annexe 2", "not_read"),
        ("Annex 2", "not_read"),
        ("Plant 3", "not_read"),
        ("Multiple lots, see attached list", "not_read"),
        ("2 lots, see annex", "not_read"),
        ("", "not_read"),
    ],
)
def test_a_sentence_in_place_of_a_lot_number_is_shown_as_not_read_and_asks_about_its_product(cell, how):
    notice = read_table(f'Product,GTIN,Lot\nX,09520000000073,"{cell}"\nX,,Q-1\n'.encode())
    told = matches(notice, [SALT, ACID])
    assert [(match.held, match.how) for match in told.matches] == [(1, how)]
    assert cell not in {"Q-1", *told.not_held} - {"VARIOUS"}
    shown = [*notice.unread, *told.not_met]
    is_alone = cell.endswith("ensemble des lots")
    assert not shown if is_alone else any(cell in each for each in shown)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("REV-A", ["REV-A"]),
        ("KYB", ["KYB"]),
        ("us07-a", ["us07-a"]),
        ("Lot US07-B", ["US07-B"]),
        ("Lots US07-B, US07-C", ["US07-B", "US07-C"]),
        ("AB 12345", ["AB 12345"]),
    ],
)
def test_a_cell_that_is_shaped_like_lot_numbers_is_read_as_such(cell, numbers):
    notice = read_table(f'Product,Lot\nDemosalt,"{cell}"\n'.encode())
    assert [each.number for each in notice.named] == numbers
    assert not notice.unread


def test_a_single_word_is_a_number_where_it_is_held_here():
    told = matches(read_table(b"Product,Lot\nDemosalt,KYB\n"), [SALT, Held(3, "KYB", "", ("Other",))])
    assert ([match.held for match in told.matches], told.not_met) == ([3], ())


@pytest.mark.parametrize(("cell", "held"), [(">= US07-A", {2}), ("> US07-A", {2}), ("≤ US07-S", {1})])
def test_a_sign_before_a_number_makes_it_the_end_of_a_range(cell, held):
    notice = read_table(f"GTIN,Lot\n09520000000073,{cell}\n".encode())
    told = matches(notice, [Held(1, "US06-B"), Held(2, "US10-A")])
    assert {match.held for match in told.matches if match.how == "in_span"} == held
    assert (notice.unread, told.not_held) == ((cell,), ())


def test_a_dose_behind_such_a_sign_is_no_range():
    assert not matches(read_text("lot ZZ9, > 5 mg, ≥18 years, <100mg/mL"), [SALT, Held(3, "19")]).matches


@pytest.mark.parametrize(
    "words",
    [
        "US07-A, -S", "US07-A, S", "US07-A, -B and -S", "US07-A/-S", "US07-A/B/S", "US07-%", "US07-?", "US07-[A..S]",
        "US07-*", "US07[A-S]", "US07??",
    ],
)  # fmt: skip
def test_what_is_said_shortly_behind_a_number_is_shown_as_not_read_and_asked_about(words):
    for notice in (read_text(f"Recall of batches {words}."), read_table(f'Lot;P\n"{words}";x\n'.encode())):
        found = matches(notice, [Held(1, "US07-S"), Held(2, "US08-S")]).matches
        assert [(match.held, match.how) for match in found] == [(1, "in_span")]
        assert notice.unread == (words,)


def test_a_letter_behind_a_number_that_has_no_beginning_to_share_is_shown_too():
    assert read_text("Lots US07A, -S").unread == ("S",)
    assert not read_text("Have you lot US07-A? Lots US01-A, US02-B and REV-A, B7.").unread
