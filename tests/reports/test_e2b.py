"""The message is read back by a reader that is not ours, and held against FDA's public sample reports."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from reports.a_case import FULL, LEAST
from wheal.reports import FDA, e2b
from wheal.reports.elements import table, told

CASES = Path(__file__).parents[1] / "cases_reports"
HL7 = "{urn:hl7-org:v3}"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CASE = (
    "/MCCI_IN200100UV01/PORR_IN049016UV[1]/controlActProcess[@classCode='CACT'][@moodCode='EVN']"
    "/subject[@typeCode='SUBJ'][1]/investigationEvent[@classCode='INVSTG'][@moodCode='EVN']"
)
ASSESSMENT = (
    "/component[@typeCode='COMP'][adverseEventAssessment][1]"
    "/adverseEventAssessment[@classCode='INVSTG'][@moodCode='EVN']"
)
PATIENT = "/subject1[@typeCode='SBJ'][1]/primaryRole[@classCode='INVSBJ']"
NOT_IN_SAMPLES = (
    # one date of one session: the samples have none, or a series
    "/effectiveTime[IVL_TS]",
    # an amendment, as the table of elements places C.1.11
    "/investigationCharacteristic[OBS EVN]/code[2.16.840.1.113883.3.989.2.1.1.23#3]",
    "/investigationCharacteristic[OBS EVN]/code[2.16.840.1.113883.3.989.2.1.1.23#4]",
    "/investigationCharacteristic[OBS EVN]/value[CE",
)


def lines(name: str) -> set[str]:
    return {line for line in (CASES / name).read_text().splitlines() if line and not line.startswith("#")}


def parsed(report):
    return etree.fromstring(e2b.message(report))


def without_namespace(report):
    root = parsed(report)
    for element in root.iter():
        element.tag = element.tag.removeprefix(HL7)
    return root


def paths() -> dict[str, str]:
    held = tomllib.loads((CASES / "xpaths.toml").read_text())
    return {
        number: path.split("; ")[0].replace("~", CASE).replace("#", ASSESSMENT).replace("@@", PATIENT)
        for number, path in held.items()
    }


def found_at(root, path: str, at: tuple[int, ...], number: str) -> str:
    """The first index counts reactions, products or opinions; the second what is repeated in one."""
    first, second = (*at, 1, 1)[:2]
    found = root.xpath(path.format(i=first, k=first, r=second), namespaces={"xsi": XSI})
    assert len(found) <= 1, number
    return str(found[0]) if found else ""


@pytest.mark.parametrize("report", [FULL, LEAST], ids=["full", "least"])
def test_each_element_stands_where_the_published_tables_say(report):
    root, held = without_namespace(report), paths()
    for row in told(report):
        value = found_at(root, held[row.number], row.at, row.number)
        if row.number in ("C.2.r.2.7", "FDA.C.2.r.2.8", "C.3.4.6", "C.3.4.8"):
            value = value.removeprefix("tel:").removeprefix("mailto:")
        assert value == row.value, row


def test_the_full_case_tells_every_element_that_is_held():
    assert {row.number for row in told(FULL) if row.value} >= set(table()) - {
        "E.i.3.2a", "E.i.3.2b", "E.i.3.2c", "E.i.3.2d", "E.i.3.2e",
    }  # fmt: skip
    assert set(paths()) == set(table())


def signature(element) -> str:
    kept = [
        element.get(key) for key in ("typeCode", "classCode", "moodCode", "determinerCode", f"{{{XSI}}}type")
    ]
    tag, system = element.tag.removeprefix(HL7), element.get("codeSystem")
    if system:
        lists = (".1.1.19", ".1.1.20", ".1.1.22", ".1.1.23", "3.26.1.1", ".5.1.2.2.1.3")
        named = tag == "code" and system.endswith(lists) and element.get("code")
        kept.append(f"{system}#{element.get('code')}" if named else system)
    if "." in (element.get("root") or ""):
        kept.append(element.get("root"))
    said = " ".join(part for part in kept if part)
    return f"{tag}[{said}]" if said else tag


def shapes(element, path: str = ""):
    own = f"{path}/{signature(element)}"
    yield own
    for child in element:
        yield from shapes(child, own)


def pairs(element):
    tags = [child.tag.removeprefix(HL7) for child in element]
    for place, tag in enumerate(tags):
        yield from (
            (element.tag.removeprefix(HL7), tag, later) for later in tags[place + 1 :] if later != tag
        )
    for child in element:
        yield from pairs(child)


def test_no_element_has_a_shape_that_the_sample_reports_do_not_have():
    strange = set(shapes(parsed(FULL))) - lines("fda_sample_shapes.txt")
    assert not [path for path in strange if not any(known in path for known in NOT_IN_SAMPLES)]
    assert strange  # the exceptions above are still needed


def test_elements_stand_in_the_order_of_the_sample_reports():
    order = {tuple(line.split(" ")) for line in lines("fda_sample_order.txt")}
    against = {(within, one, two) for within, one, two in pairs(parsed(FULL)) if (within, two, one) in order}
    assert not against - order


def test_each_suspect_product_carries_the_lot_of_each_dose():
    lots = parsed(FULL).iter(f"{HL7}lotNumberText")
    assert [lot.text for lot in lots] == ["A1(17)", "A0"]


def test_what_is_held_back_says_so_and_what_is_not_known_says_that():
    root = without_namespace(LEAST)
    assert root.xpath("//player1/name/@nullFlavor") == ["MSK"]
    assert root.xpath("//organizer[code/@code='1']//value/@nullFlavor") == ["UNK"]
    assert not root.xpath("//birthTime")


def test_the_date_of_birth_is_never_in_the_message():
    assert b"birthTime" not in e2b.message(FULL)


def test_what_only_fda_asks_goes_to_fda_alone():
    systems = "2.16.840.1.113883.3.989.5."
    assert systems in e2b.message(FULL).decode()
    assert systems not in e2b.message(LEAST).decode()
    assert FULL.receiver is FDA


def test_seriousness_is_true_or_unsaid_never_false():
    values = without_namespace(FULL).xpath("//observation[code/@code='34' or code/@code='26']/value")
    assert [(value.get("value"), value.get("nullFlavor")) for value in values] == [
        (None, "NI"), ("true", None), (None, "NI"), (None, "NI"),
    ]  # fmt: skip


def test_text_with_marks_of_xml_comes_back_as_it_was_written():
    assert without_namespace(FULL).xpath("//organizer[code/@code='1']//value/text()") == [
        "Thyroid disease & <migraine>"
    ]


def test_examinations_reach_the_authority_with_the_story() -> None:
    def story(**changed: str) -> str:
        return next(row.value for row in told(replace(FULL, **changed)) if row.number == "H.1")

    culture = "Culture for mycobacteria, 21 November 2026: pending"
    assert story(narrative="It began.", tests=culture) == f"It began.\n\n{culture}"
    assert story(narrative="It began.", tests="") == "It began."
    assert story(narrative=" ", tests=culture) == " ", "a story that is missing stays missing"
