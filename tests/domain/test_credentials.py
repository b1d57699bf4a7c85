from __future__ import annotations

import pytest

HELD = "practitioner.credentials"
LICENCE, CERTIFICATE = f"{HELD}.0", f"{HELD}.1"


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ({f"{LICENCE}.valid_until": "2026-11-22"}, []),
        ({f"{LICENCE}.valid_until": "2026-11-21"}, ["credential_expired:licence"]),
        ({f"{CERTIFICATE}.valid_until": "2026-11-21"}, ["credential_expired:mesotherapy_certificate"]),
        ({f"{LICENCE}.valid_until": None}, ["fact_missing:licence"]),
        ({HELD: []}, ["credential_missing:licence", "credential_missing:mesotherapy_certificate"]),
        ({f"{HELD}.2": {"kind": "licence", "valid_until": "2020-01-01"}}, []),
        ({f"{HELD}.2": {"kind": "licence"}}, []),
        (
            {f"{LICENCE}.valid_until": "2020-01-01", f"{HELD}.2": {"kind": "licence"}},
            ["fact_missing:licence"],
        ),
        ({"practitioner.role": "layperson"}, ["role_not_permitted:layperson"]),
        (
            {"practitioner.role": "nurse"},
            ["credential_missing:delegation", "state_law_decides:nurse"],
        ),
        (
            {
                "practitioner.role": "nurse",
                f"{HELD}.2": {"kind": "delegation", "valid_until": "2027-01-01"},
            },
            ["state_law_decides:nurse"],
        ),
        ({"practitioner.role": "assistant"}, ["role_law_not_held:assistant"]),
    ],
)
def test_who_may_inject_is_what_the_country_says(said, sets, expected):
    assert said(sets) == expected


def test_a_role_that_the_law_names_and_forbids_is_a_stop_in_its_own_words(judged):
    assessment = judged({"jurisdiction": "FR", "practitioner.role": "nurse"})
    finding = next(it for it in assessment.findings if it.code == "role_not_permitted")
    assert finding.message["en"] == "FR nurse"
    assert assessment.decision == "stop"


@pytest.mark.parametrize(("kind", "source"), [("licence", "law"), ("delegation", "wheal_rule")])
def test_what_only_wheal_asks_for_is_said_to_be_asked_by_wheal(judged, kind, source):
    assessment = judged({"practitioner.role": "nurse", HELD: []})
    finding = next(it for it in assessment.findings if it.about == kind)
    assert (finding.severity, finding.sources) == ("stop", (source,))
    assert finding.message["en"].startswith("Wheal asks") == (source == "wheal_rule")
    assert assessment.decision == "stop"
