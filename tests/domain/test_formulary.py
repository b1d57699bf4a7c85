"""What is held of a substance, put together; and conditions told in words."""

from __future__ import annotations

from datetime import date

import pytest

from wheal import formulary, knowledge
from wheal.knowledge.said_when import codes_of_the_patient, said_when
from wheal.telling import Teller

ON = date(2026, 11, 22)
KNOWN = knowledge.current()


@pytest.mark.parametrize(
    ("condition", "english"),
    [
        ({}, "Always, when it is in the mix"),
        ({"answer": "pregnant", "is": True}, "Pregnancy: yes"),
        ({"answer": "pregnant", "is": False}, "Pregnancy: no"),
        ({"answer": "sex", "is": "female"}, "Sex: Female"),
        ({"answer": "age_years", "below": 18}, "Age below 18"),
        (
            {"answer": "bmi", "above": 30, "at_most": 40},
            "Body mass index above 30 and Body mass index at most 40",
        ),
        ({"condition": "epilepsy"}, "Epilepsy"),
        ({"allergy": ["soy", "egg", "fish"]}, "Allergy to: Soy, Egg or Fish"),
        ({"medication": "heparin"}, "Takes: Heparin"),
        ({"plan": "jurisdiction", "in": ["FR", "ES"]}, "Country: France or Spain"),
        ({"plan": "area", "is": "submental"}, "Area: Under the chin"),
        ({"mix": "local_anaesthetic"}, "In the mix: local anaesthetics"),
        ({"mix_only": ["lidocaine"]}, "Nothing in the mix but: Lidocaine"),
        ({"mix_count": "products", "above": 3}, "Number of products in the mix above 3"),
        ({"not": {"condition": "pacemaker"}}, "Not (Pacemaker)"),
        (
            {"all": [{"condition": "epilepsy"}, {"any": [{"allergy": "egg"}, {"allergy": "soy"}]}]},
            "Epilepsy and (allergy to: Egg or allergy to: Soy)",
        ),
    ],
)
def test_a_condition_is_told_in_words(condition, english):
    assert said_when(condition, "en", KNOWN) == english


def test_what_is_no_condition_has_no_words():
    with pytest.raises(KeyError):
        said_when({"weather": "fine"}, "en", KNOWN)


def test_a_wording_names_what_makes_a_rule_true_and_not_what_excuses():
    heart = {"all": [{"condition": "heart_block"}, {"not": {"condition": "pacemaker"}}]}
    assert codes_of_the_patient(heart) == ("heart_block",)
    assert codes_of_the_patient({"mix": "lidocaine"}) == ()


@pytest.mark.parametrize(
    ("substance", "purpose", "country", "sign"),
    [
        ("lidocaine", "skin", "US", "clear"),
        ("hyaluronidase", "skin", "US", "caution"),
        ("deoxycholic_acid", "fat", "US", "by_area"),  # its label names one area
        ("deoxycholic_acid", "fat", "FR", "by_area"),  # forbidden but under the chin
        ("pentoxifylline", "fat", "FR", "stop"),  # a ban by purpose
        ("pentoxifylline", "skin", "FR", "refer"),
        ("edta_disodium", "skin", "GB", "stop"),  # whatever the country
        ("biotin", "skin", "FR", "refer"),  # no source names a route
        ("sodium_chloride_0_9", "fat", "FR", "unknown"),  # no status held
        ("water_for_injection", "skin", "FR", "clear"),  # the stop for water alone is no matter of law
    ],
)
def test_the_law_at_a_glance(substance, purpose, country, sign):
    assert formulary.sign_of(substance, purpose=purpose, country=country, on=ON, known=KNOWN) == sign


def test_a_ban_holds_from_its_day():
    before = date(2012, 2, 29)
    sign = formulary.sign_of("pentoxifylline", purpose="fat", country="FR", on=before, known=KNOWN)
    assert sign == "refer"


def test_the_strictest_limit_of_the_country_holds_and_the_others_are_shown():
    (group, _) = formulary.limits_of("procaine", country="US", on=ON, known=KNOWN)
    assert [(str(text.limit.amount), text.holds) for text in group.texts] == [
        ("600 mg", True),
        ("500 mg", False),
        ("200 mg", False),
    ]
    assert group.differ
    assert not group.is_least


def test_a_foreign_label_is_borrowed_where_the_country_has_none():
    groups = formulary.limits_of("lidocaine", country="FR", on=ON, known=KNOWN)
    held = [text for group in groups for text in group.texts if text.holds]
    assert held
    assert all(text.borrowed for text in held)


def test_texts_that_say_the_same_do_not_differ():
    groups = formulary.limits_of("deoxycholic_acid", country="US", on=ON, known=KNOWN)
    assert not any(group.differ for group in groups)
    assert {group.code for group in groups if group.is_least} == {"min_spacing", "min_interval"}


def test_a_rule_on_mixing_is_seen_from_both_sides():
    def partners(name: str) -> dict[str, tuple[tuple[str, ...], bool]]:
        return {it.name: (it.others, it.is_first) for it in formulary.mixing_of(name, KNOWN)}

    rule = "deoxycholic_acid_with_anything"
    assert partners("deoxycholic_acid")[rule] == (("*",), True)
    assert partners("lidocaine")[rule] == (("deoxycholic_acid",), False)
    assert partners("lidocaine")["hyaluronidase_with_local_anaesthetic"] == (("hyaluronidase",), False)


def test_everything_said_of_a_substance_has_its_source_in_the_list():
    cited = formulary.cited("deoxycholic_acid", KNOWN)
    assert {"kybella_pi", "belkyra_fr", "refine1", "fr_decret2011", "kybella_tech"} <= set(cited)
    grades = [KNOWN.sources[source].grade for source in cited]
    assert grades == sorted(grades)


def test_harms_and_danger_zones_are_those_of_the_substance():
    assert formulary.harms_of("dexpanthenol", KNOWN) == ()
    harms = [name for name, _ in formulary.harms_of("deoxycholic_acid", KNOWN)]
    assert "deoxycholic_swelling" in harms
    zones = [zone.code for zone in formulary.zones_of("deoxycholic_acid", KNOWN)]
    assert zones == ["marginal_mandibular_nerve", "glands_nodes_and_muscle"]


def test_notes_come_by_subject_and_those_of_a_substance_stand_on_its_page():
    subjects = [note.subject for _, note in formulary.notes_of_all(KNOWN)]
    assert subjects == sorted(subjects, key=list(dict.fromkeys(subjects)).index)
    assert len(subjects) == len(KNOWN.notes)
    names = [name for name, _ in formulary.notes_of("caffeine", KNOWN)]
    assert names == ["differ_caffeine"]


def test_every_source_of_what_a_substance_holds_and_of_its_notes_is_cited_on_its_page():
    for name, held in KNOWN.substances.items():
        beside = [*held.holds, *held.ph, *held.osmolality, *(it for _, it in formulary.notes_of(name, KNOWN))]
        assert {source for it in beside for source in it.sources} <= set(formulary.cited(name, KNOWN)), name


@pytest.mark.parametrize(
    ("substance", "told"),
    [
        ("aminophylline", "8,6 à 9"),
        ("deoxycholic_acid", "8,3"),
    ],
)
def test_a_ph_is_told_as_people_of_the_language_write_it(substance, told):
    printed = KNOWN.substances[substance].ph
    assert [one.text for one in Teller("fr", ON, KNOWN).measured(substance, printed)] == [told]


def test_a_rule_about_whatever_shares_a_syringe_is_cited_on_its_own_page_alone():
    assert "qwo_pi" in formulary.cited("collagenase_cch", KNOWN)
    assert not {"qwo_pi", "eu_2022_2346", "kybella_lexi"} & set(formulary.cited("lidocaine", KNOWN))
