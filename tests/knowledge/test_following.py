"""What instruments, schedules and trials may say, and what is refused of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from wheal import knowledge
from wheal.knowledge.check_following import problems
from wheal.knowledge.following import Agreement, Arm


@pytest.fixture(scope="module")
def known():
    return knowledge.current()


def test_the_tape_is_weak_and_the_thickness_preferred_as_the_comparison_says(known):
    held = known.instruments
    assert {name for name, it in held.items() if it.quality == "preferred"} == {"ultrasound", "calliper"}
    assert {name for name, it in held.items() if it.quality == "weak"} == {"tape"}
    assert (held["ultrasound"].agreement.r2, held["tape"].agreement.r2) == (
        Decimal("0.8943"),
        Decimal("0.0142"),
    )
    assert "geometric_model2013" in held["tape"].sources


@pytest.mark.parametrize(
    ("kind", "name", "changed", "complaint"),
    [
        ("instruments", "tape", {"areas": ("moon",)}, "'moon' is not held"),
        ("instruments", "tape", {"purposes": ("fun",)}, "'fun' is not held"),
        ("instruments", "tape", {"usual_least": Decimal(400)}, "must rise"),
        ("instruments", "tape", {"agreement": Agreement(Decimal("1.2"), 6)}, "between 0 and 1"),
        ("schedules", "default", {"asked": ()}, "asks nobody"),
        ("trials", "refine1_one_grade", {"substances": ("moondust",)}, "'moondust' is not held"),
        ("trials", "refine1_one_grade", {"instruments": ("ruler",)}, "'ruler' is not held"),
        ("trials", "refine1_one_grade", {"placebo": Arm(Decimal(101), 10)}, "between 0 and 100"),
        ("trials", "refine1_one_grade", {"placebo": Arm(Decimal(10), 0)}, "of how many"),
    ],
)
def test_what_does_not_fit_is_told(known, kind, name, changed, complaint):
    held = getattr(known, kind)
    broken = replace(known, **{kind: {**held, name: replace(held[name], **changed)}})
    found = list(problems(broken))
    assert len(found) == 1
    assert found[0].file == f"{kind}/{name}.toml"
    assert complaint in found[0].complaint
