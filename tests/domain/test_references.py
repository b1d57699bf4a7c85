"""Numbers of articles and trials in a citation become addresses; nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheal import knowledge
from wheal.references import linked


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        (
            "doi 10.1590/S0034-89102008000100020, PMID 18200353",
            [
                "https://doi.org/10.1590/S0034-89102008000100020",
                "https://pubmed.ncbi.nlm.nih.gov/18200353/",
            ],
        ),
        ("J Clin Microbiol 2009, doi 10.1128/JCM.00196-09.", ["https://doi.org/10.1128/JCM.00196-09"]),
        ("(10.1111/j.1524-4725.2007.34009.x)", ["https://doi.org/10.1111/j.1524-4725.2007.34009.x"]),
        (
            "doi 10.3389/fendo.2022.841889, PMC8988282",
            [
                "https://doi.org/10.3389/fendo.2022.841889",
                "https://pmc.ncbi.nlm.nih.gov/articles/PMC8988282/",
            ],
        ),
        ("NCT01032889", ["https://clinicaltrials.gov/study/NCT01032889"]),
        ("décret n° 2011-382, article 1", []),
        ("US label, sections 1 to 2.3", []),
        ("", []),
    ],
)
def test_a_number_leads_to_where_it_can_be_read(text, addresses):
    assert [address for _, address in linked(text) if address] == addresses


@given(st.text())
def test_the_pieces_joined_are_the_text(text):
    assert "".join(piece for piece, _ in linked(text)) == text


def test_every_doi_and_pmid_that_is_held_leads_somewhere():
    for name, source in knowledge.current().sources.items():
        numbers = [word for word in ("doi 10.", "PMID ", "NCT0") if word in source.id]
        assert len([1 for _, address in linked(source.id) if address]) >= len(numbers), name
