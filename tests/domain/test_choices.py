"""The ways to go stand side by side, each with the same aspects, and what is not known is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wheal import choices, consent, knowledge
from wheal.knowledge.alternatives import ASPECTS

WISH = choices.Wish("fat", "submental", ("deoxycholic_acid", "lidocaine"), "US")


@pytest.fixture(scope="module")
def known() -> knowledge.Knowledge:
    return knowledge.current()


def names(wish, known):
    found = choices.ways(wish, known)
    return found.planned and found.planned[0], [name for name, _ in found.others]


@pytest.mark.parametrize(
    ("change", "planned", "others"),
    [
        ({}, "deoxycholic_acid_submental", ["liposuction", "weight_loss", "doing_nothing"]),
        (
            {"substances": ("phosphatidylcholine_deoxycholate",)},
            "injections_for_fat",
            ["deoxycholic_acid_submental", "liposuction", "weight_loss", "doing_nothing"],
        ),
        (
            {"substances": ("phosphatidylcholine_deoxycholate",), "country": "ES"},
            "injections_for_fat",
            ["liposuction", "weight_loss", "doing_nothing"],
        ),
        ({"area": "abdomen"}, "injections_for_fat", ["liposuction", "weight_loss", "doing_nothing"]),
        (
            {"purpose": "skin", "area": "face", "substances": ("hyaluronic_acid_non_crosslinked",)},
            "injections_for_skin",
            ["skin_cream", "doing_nothing"],
        ),
    ],
)
def test_the_ways_that_fit_are_told_and_another_medicine_only_where_it_is_authorised(
    known, change, planned, others
):
    assert names(replace(WISH, **change), known) == (planned, others)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_way_says_something_of_every_aspect(known, language):
    for purpose in known.vocabulary.purposes:
        rows = choices.side_by_side(
            replace(WISH, purpose=purpose), "1200 USD for the course", language, known
        )
        assert len(rows) == 1 + len(ASPECTS)
        assert {len(row) for row in rows} == {len(rows[0])}
        assert all(cell.strip() and "{" not in cell for row in rows[1:] for cell in row)
        assert rows[-1][1] == "1200 USD for the course"


def test_deaths_after_liposuction_come_with_their_interval_and_what_is_not_known_never_reassures(known):
    deaths = choices.side_by_side(WISH, "", "en", known)[5]
    assert "95 of 496,245 (19 of 100,000, between 15 and 23)" in deaths[2]
    assert "no sign of safety" in deaths[1]


def test_a_page_can_write_the_name_of_the_way_beside_each_cell():
    table = consent.blocks("| | A | B |\n| --- | --- | --- |\n| Price | 1 | 2 |\ntext")
    assert table == [
        ("head", ["", "A", "B"]),
        ("row", [("", "Price"), ("A", "1"), ("B", "2")]),
        ("paragraph", "text"),
    ]


def test_an_aspect_of_an_alternative_needs_a_source_better_than_memory(tmp_path):
    own = tmp_path / "alternatives"
    own.mkdir()
    (own / "magic.toml").write_text(
        'kind = "other"\norder = 1\npurposes = ["fat"]\nreviewed = 2026-11-22\nareas = ["moon"]\n'
        '[price]\ncertainty = "high"\nsources = ["general_knowledge"]\ncounts = { dear = { count = 3, of = 2 } }\n'
        '[deaths]\ncertainty = "low"\nsources = []\nharms = ["boredom"]\n'
    )
    with pytest.raises(knowledge.KnowledgeError) as refused:
        knowledge.load(extra=tmp_path)
    told = str(refused.value)
    for complaint in (
        "'moon' is not held",
        "only general knowledge",
        "3 of 2 cannot be",
        "at least one source",
        "'boredom'",
    ):
        assert complaint in told
