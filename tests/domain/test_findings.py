from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wheal
from wheal.findings import Finding, decide, find, in_order
from wheal.knowledge.wordings import FINDINGS

kinds = st.one_of(
    st.tuples(st.sampled_from(["one", "two"]), st.sampled_from(["stop", "refer", "caution", "info"])),
    st.just(("fact_missing", "caution")),
)
findings = st.lists(
    st.builds(
        lambda kind, about, source: Finding(*kind, about, {"en": kind[0]}, source, sources=(source,)),
        kinds,
        st.sampled_from(["a", "b"]),
        st.sampled_from(["s", "t"]),
    ),
    max_size=8,
)


def finding(code, severity="stop", about="x", source="s"):
    return Finding(code, severity, about, {"en": code}, source, sources=(source,))


@pytest.mark.parametrize(
    ("given_", "decision"),
    [
        ([], "go"),
        ([("a", "info")], "go"),
        ([("a", "caution")], "go"),
        ([("a", "caution"), ("a", "refer")], "refer"),
        ([("a", "refer"), ("fact_missing", "caution")], "incomplete"),
        ([("a", "stop"), ("fact_missing", "caution")], "stop"),
    ],
)
def test_the_worst_finding_decides(given_, decision):
    assert decide([finding(code, severity) for code, severity in given_]) == decision


def test_findings_are_told_worst_first_then_by_code_and_about():
    told = [
        finding("b", "info"),
        finding("b", "caution"),
        finding("b", "refer"),
        finding("fact_missing", "caution"),
        finding("b", "stop", "y"),
        finding("b", "stop", "x"),
        finding("a", "stop", "z"),
    ]
    assert [(it.code, it.severity, it.about) for it in in_order(told)] == [
        ("a", "stop", "z"),
        ("b", "stop", "x"),
        ("b", "stop", "y"),
        ("fact_missing", "caution", "x"),
        ("b", "refer", "x"),
        ("b", "caution", "x"),
        ("b", "info", "x"),
    ]


def test_what_two_rules_say_alike_is_said_once_with_both_sources():
    (one,) = in_order([finding("a", source="t"), finding("a", source="s"), finding("a", source="t")])
    assert (one.source, one.sources) == ("s", ("s", "t"))


@given(findings, st.randoms())
def test_no_order_changes_what_is_told_or_decided(given_, random):
    shuffled = list(given_)
    random.shuffle(shuffled)
    assert in_order(shuffled) == in_order(given_)
    assert decide(shuffled) == decide(given_) == decide(in_order(given_))


@given(findings, findings)
def test_one_finding_more_never_makes_a_decision_milder(given_, more):
    order = ["go", "refer", "incomplete", "stop"]
    assert order.index(decide(given_ + more)) >= order.index(decide(given_))


def test_amounts_and_names_are_put_into_the_words_of_each_language(known):
    made = find(known, "fact_missing", "caution", "salt", ("wheal_rule",))
    assert made.message == {
        "en": "fact missing: salt name, — against —",
        "fr": "fact missing\u00a0: salt name (fr), — pour —",
    }


def test_every_code_that_the_judgements_make_has_its_wording_asked_for():
    """`find(known, "code", …)` in the source names only codes of the list that the load checks."""
    made = set()
    for file in Path(wheal.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if (
                isinstance(called, ast.Name)
                and called.id == "find"
                and isinstance(node.args[1], ast.Constant)
            ):
                made.add((node.args[1].value, node.args[2].value))
    assert len(made) >= 20
    assert made <= set(FINDINGS.items())
