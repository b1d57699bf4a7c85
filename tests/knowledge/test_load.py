from __future__ import annotations

import pytest

from wheal import knowledge
from wheal.knowledge.codes import held_codes

SALT = "substances/salt.toml"
DISSOLVINE = "substances/dissolvine.toml"
PREGNANCY = "screening/pregnancy.toml"


def test_the_invented_knowledge_is_sound(folder):
    known = knowledge.load(folder)
    assert known.version == "2000.01.01"
    assert set(known.substances) == {
        "dissolvine",
        "firstcaine",
        "secondcaine",
        "salt",
        "swissol",
        "spreadase",
    }
    assert known.techniques["point"].depth_max_mm is not None
    assert list(held_codes(known))[:2] == [("jurisdictions", "FR"), ("jurisdictions", "US")]
    assert ("findings", "admixture_forbidden") in set(held_codes(known))


def test_the_digest_is_that_of_every_byte_and_every_name(folder):
    first = knowledge.load(folder).digest
    assert knowledge.load(folder).digest == first
    (folder / "CHANGES.md").write_text("other")
    second = knowledge.load(folder).digest
    (folder / "CHANGES.md").rename(folder / "CHANGED.md")
    assert len({first, second, knowledge.load(folder).digest}) == 3
    (folder / ".hidden").write_text("not read")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x").write_text("not read")
    assert len({first, second, knowledge.load(folder).digest}) == 3


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (SALT, "medicine = false", "medicine = false\ncolour = 1", f"{SALT}: colour: this key is not known"),
        (SALT, "medicine = false", "", f"{SALT}: medicine: this key is mandatory"),
        (SALT, "medicine = false", 'medicine = "no"', f"{SALT}: medicine: this must be true or false"),
        (SALT, "medicine = false", "medicine = 0", f"{SALT}: medicine: this must be true or false"),
        (SALT, '"diluent"', '"rock"', f"{SALT}: kind: Input should be 'drug'"),
        (SALT, "2000-01-01", '"2000-01-01"', f"{SALT}: reviewed: this must be a date such as"),
        (SALT, 'sources = ["label_us"]', 'sources = "label_us"', f"{SALT}: sources: this must be a list"),
        (SALT, 'sources = ["label_us"]', "sources = [3]", f"{SALT}: sources.0: this must be text"),
        (SALT, "medicine = false", "medicine = ", f"{SALT}: this is not TOML"),
        ("techniques/point.toml", "12.5", '"12.5"', "depth_max_mm: this must be a number"),
        (
            "techniques/point.toml",
            "12.5",
            "nan",
            "techniques/point.toml: this is not TOML: nan is not a finite",
        ),
        ("techniques/point.toml", "12.5", "3", "depth_min_mm: this is deeper than depth_max_mm"),
        (
            "areas/chin.toml",
            "order = 1",
            "order = 1.5",
            "areas/chin.toml: order: this must be a whole number",
        ),
        ("areas/chin.toml", "[[0, 0], [10, 0], [10, 6.5], [0, 6.5]]", "[[0, 0], [10, 0]]", "three corners"),
        ("areas/chin.toml", '["dissolvine"]', '["rust"]', "jaw: the substance 'rust' is not held"),
        (SALT, 'sources = ["label_us"]', "sources = []", f"{SALT}: sources: at least one source is needed"),
        (
            SALT,
            'sources = ["label_us"]',
            'sources = ["gossip"]',
            "the source 'gossip' is not in sources.toml",
        ),
        (PREGNANCY, '["paper"]', '["hearsay"]', "sources: only general knowledge (grade D)"),
        (DISSOLVINE, '["label_us"], jurisdictions', '["hearsay"], jurisdictions', "this cannot be a limit"),
        ("substances/firstcaine.toml", 'severity = "caution"', 'severity = "stop"', "cannot be a stop"),
        ("mixing/spreadase_anaesthetic.toml", "question = true", "question = false", "make it a question"),
        ("mixing/spreadase_anaesthetic.toml", '"caution"', '"stop"', "severity: a question to the clinician"),
        ("mixing/spreadase_anaesthetic.toml", '["local_anaesthetic"]', '["glue"]', "b: the substance 'glue'"),
        ("mixing/handling.toml", "beyond_use_hours = 4", "beyond_use_hours = 0", "a clock is more than zero"),
        ("mixing/handling.toml", "max_products = 3", "", "max_products: this key is mandatory"),
        (
            "mixing/handling.toml",
            'expiry_sources = ["law"]',
            "expiry_sources = []",
            "expiry_sources: at least one",
        ),
        (DISSOLVINE, '"100 mg"', '"100 mL"', "limits.0.max: '100 mL' is not in mg"),
        (DISSOLVINE, '"100 mg"', '"100"', "limits.0: '100' is not a number followed by a unit"),
        (DISSOLVINE, '"100 mg"', '"0 mg"', "limits.0.max: a limit is more than zero"),
        (DISSOLVINE, '"50 {points}"', '"50 {sessions}"', "is not in {points}"),
        (DISSOLVINE, '"50 {points}"', '"50.5 {points}"', "a count or an interval is whole"),
        (DISSOLVINE, '"1 mo"', '"1 mL"', "is not in d or mo"),
        (DISSOLVINE, 'jurisdictions = ["US"]', "jurisdictions = []", "it must be said whose text this is"),
        (DISSOLVINE, 'severity = "refer"', 'severity = "caution"', "what is unclear reassures nobody"),
        (DISSOLVINE, 'jurisdictions = ["US"]', 'jurisdictions = ["usa"]', "'usa' is no ISO 3166 code"),
        (DISSOLVINE, '["10 mg/mL"]', '["10 mg"]', "strengths.0: '10 mg' is not so much mg a mL"),
        (DISSOLVINE, '["10 mg/mL"]', '["strong"]', "strengths.0: 'strong' is not so much mg a mL"),
        (DISSOLVINE, 'areas = ["chin"]', 'areas = ["elbow"]', "areas: the area 'elbow' is not held"),
        (DISSOLVINE, "[evidence.fat]", "[evidence.hair]", "evidence.hair: this purpose is not held"),
        (
            "substances/swissol.toml",
            'areas = ["belly"]',
            'areas = ["elbow"]',
            "limits.5.areas: the area 'elbow'",
        ),
        (
            SALT,
            "no_limit_published = true",
            "",
            "limits: there is no limit, and no_limit_published is not set",
        ),
        (DISSOLVINE, "medicine = true", "medicine = true\nno_limit_published = true", "yet limits are held"),
        (PREGNANCY, '"pregnant"', '"mood"', f"{PREGNANCY}: 'mood' is not an answer"),
        (
            PREGNANCY,
            "2000-01-01",
            "2000-01-01\nsince = 2002-01-01\nuntil = 2001-01-01",
            "ends before it begins",
        ),
        (DISSOLVINE, '"dysphagia"', '"green_ears"', "rules.0.when: the condition 'green_ears' is not held"),
        (DISSOLVINE, 'is = "chin" }, {', 'is = "elbow" }, {', "the area 'elbow' is not held"),
        ("questions/conditions.toml", '"dysphagia", ', "", "no question offers the condition 'dysphagia'"),
        ("questions/conditions.toml", '"codes"', '"text"', 'codes belong to a question of kind "codes"'),
        ("questions/conditions.toml", '"dysphagia"', '"measles"', "'measles' is no code of 'conditions'"),
        ("questions/pregnant.toml", '"pregnant"', '"height_cm"', "no question fills the answer 'pregnant'"),
        ("questions/pregnant.toml", '"sex"', '"mood"', "'mood' is not an answer"),
        ("jurisdictions/US.toml", "[roles.nurse]", "[roles.wizard]", "roles.wizard: this role is not held"),
        ("jurisdictions/US.toml", '"delegation"', '"badge"', "the credential 'badge' is not held"),
        (
            "jurisdictions/FR.toml",
            'quote_sources = ["law"]',
            "quote_sources = []",
            "quote_sources: at least one",
        ),
        (
            "jurisdictions/FR.toml",
            'chairside_sources = ["law"]',
            "chairside_sources = []",
            "chairside_sources: at",
        ),
        ("sources.toml", "[wheal_rule]", "[other_rule]", "wheal_rule: this source is mandatory"),
        ("sources.toml", 'grade = "B"', 'grade = "E"', "paper.grade"),
        ("vocabulary.toml", "purposes", "aims", "vocabulary.toml: purposes: this key is mandatory"),
        ("VERSION", "2000.01.01", "", "VERSION: the version is missing"),
        (
            "text/en.toml",
            "rule.pregnancy",
            "rule.expecting",
            "text/en.toml: rule.pregnancy: this wording is missing",
        ),
        (
            "text/en.toml",
            "rule.pregnancy",
            "rule.expecting",
            "text/fr.toml: rule.expecting: this wording is missing",
        ),
        ("text/fr.toml", '"firstcaine name (fr)"', '""', "a wording is text and not empty"),
        ("text/fr.toml", '"firstcaine name (fr)"', "3", "a wording is text and not empty"),
        ("text/fr.toml", '"firstcaine name (fr)"', '"{about"', "the braces do not match"),
        ("text/fr.toml", '"firstcaine name (fr)"', '"{about}"', "are not those of the other language"),
        ("text/fr.toml", "{found} pour {limit}", "{dose} pour {limit}", "no figure is called dose"),
    ],
)
def test_what_is_wrong_is_told_with_its_file_and_key(spoil, complaints, file, old, new, complaint):
    spoil(file, old, new)
    assert any(complaint in said for said in complaints()), complaints()


@pytest.mark.parametrize(
    ("duties", "complaint"),
    [
        (
            '[[duties]]\nid = "keep"\nkind = "retention"\nstanding = "law"\nyears = 9\nsources = ["hearsay"]',
            'jurisdictions/US.toml: duties.keep: what nobody has verified has standing = "question"',
        ),
        (
            '[[duties]]\nid = "keep"\nkind = "retention"\nstanding = "question"\nsources = ["wheal_rule"]\n'
            * 2,
            "jurisdictions/US.toml: duties.keep: this duty is named twice",
        ),
        (
            '[[duties]]\nid = "keep"\nkind = "retention"\nstanding = "question"\nsources = []',
            "jurisdictions/US.toml: duties.keep.sources: at least one source is needed",
        ),
        (
            '[[duties]]\nid = "keep"\nkind = "retention"\nstanding = "question"\nsources = ["wheal_rule"]',
            "text/fr.toml: law.US.duty.keep: this wording is missing",
        ),
    ],
)
def test_a_duty_of_a_country_is_sourced_worded_and_named_once(folder, complaints, duties, complaint):
    file = folder / "jurisdictions" / "US.toml"
    file.write_text(f"{file.read_text()}\n{duties}\n")
    assert complaint in complaints()


def test_all_problems_of_all_files_are_told_at_once(spoil, complaints):
    spoil(SALT, "medicine = false", "colour = 1")
    spoil(PREGNANCY, '["paper"]', '["gossip"]')
    spoil("text/fr.toml", '"firstcaine name (fr)"', '""')
    files = {said.split(":")[0] for said in complaints()}
    assert files >= {SALT, PREGNANCY, "text/fr.toml"}
    assert len(complaints()) >= 4


@pytest.mark.parametrize("file", ["sources.toml", "vocabulary.toml", "mixing/handling.toml", "text/fr.toml"])
def test_a_missing_file_is_named(folder, complaints, file):
    (folder / file).unlink()
    assert f"{file}: this file is missing" in complaints()


def test_a_file_of_no_known_kind_is_named(folder, complaints):
    (folder / "recipes").mkdir()
    (folder / "recipes" / "soup.toml").write_text("")
    assert complaints() == ["recipes/soup.toml: there is no such kind of file"]


def test_an_empty_folder_says_so(tmp_path):
    with pytest.raises(knowledge.KnowledgeError, match="there are no files here"):
        knowledge.load(tmp_path)


def test_a_new_substance_is_a_file_and_its_words(folder):
    (folder / "substances" / "newol.toml").write_text(
        (folder / "substances" / "secondcaine.toml").read_text()
    )
    for language in ("en", "fr"):
        with (folder / "text" / f"{language}.toml").open("a") as words:
            words.write('substance.newol.name = "Newol"\nstatus.newol.US = "Newol in the US"\n')
    assert knowledge.load(folder).name("newol", "fr") == "Newol"
