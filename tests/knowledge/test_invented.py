"""What is invented here as data files alone is judged with, asked, shown and told: no line of code knows of it.

The copy of the shipped knowledge gains a substance, a screening rule with its question, an area with its view,
a technique, a country and a third language.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from documents import CLEAN, changed, component
from wheal import assessment, bodymap, follow_up, formulary, knowledge, outcomes, photography
from wheal.events import flags
from wheal.knowledge.codes import held_codes
from wheal.knowledge.load import DATA
from wheal.outcomes import asking

FILES = {
    "sources.toml": """
        [invented_paper]
        cite = "An Inventor, Journal of Inventions 2026;1:1"
        grade = "B"
        """,
    "substances/inventol.toml": """
        kind = "drug"
        measured_in = "mg"
        routes = ["sc"]
        reviewed = 2026-11-22
        sources = ["invented_paper"]
        medicine = true
        strengths = ["5 mg/mL"]

        [[ph]]
        least = 6
        most = 7.5
        sources = ["invented_paper"]

        [[holds]]
        code = "glitter"
        sources = ["invented_paper"]

        [[limits]]
        code = "dose_per_session"
        max = "20 mg"
        kind = "label"
        sources = ["invented_paper"]
        jurisdictions = ["NZ"]

        [[rules]]
        code = "glowing_forbidden"
        severity = "stop"
        when = { condition = "glows" }
        reviewed = 2026-11-22
        sources = ["invented_paper"]

        [status.NZ]
        standing = "approved"
        sources = ["invented_paper"]

        [evidence.skin]
        certainty = "low"
        sources = ["invented_paper"]
        """,
    "screening/glows.toml": """
        code = "glows"
        severity = "refer"
        when = { condition = "glows" }
        reviewed = 2026-11-22
        sources = ["invented_paper"]
        """,
    "questions/glows.toml": """
        order = 15
        page = "today"
        kind = "codes"
        fills = "conditions"
        codes = ["glows"]
        prefill = false
        sources = ["invented_paper"]
        """,
    "areas/earlobe.toml": """
        chart = "ear"
        order = 900
        at = [[3, 5]]
        side = "left"
        outline = [[0, 0], [2, 0], [2, 3], [0, 3]]
        ruler = [[0, 0], [0, 3]]
        """,
    "charts/ear.toml": """
        order = 900
        across = "ear"
        edges = ["right", "left"]

        [[danger_zones]]
        code = "ear_drum"
        outline = [[3, 5], [4, 5], [4, 6]]
        margin_cm = 0.5
        substances = ["inventol"]
        sources = ["invented_paper"]
        """,
    "techniques/hum.toml": """
        layers = ["sc"]
        order = 900
        sources = ["invented_paper"]
        depth_min_mm = 3
        depth_max_mm = 5
        """,
    "signs/glowing_lump.toml": """
        order = 5
        kind = "nodule"
        urgency = "doctor_now"
        aftercare = "fever"
        samples = ["a_jar"]
        sources = ["invented_paper"]
        """,
    "poses/ear_forward.toml": """
        figure = "close_up"
        order = 5
        areas = ["earlobe"]
        """,
    "instruments/glow_meter.toml": """
        order = 1
        kind = "thickness"
        unit = "mm"
        least = 0
        most = 9
        step = 1
        quality = "preferred"
        by = "clinic"
        areas = ["earlobe"]
        sources = ["invented_paper"]
        """,
    "schedules/glowing.toml": """
        order = 1
        purposes = ["skin"]
        sources = ["invented_paper"]

        [[asked]]
        after = "3 d"
        by = "clinic"
        measures = true
        """,
    "trials/glow.toml": """
        order = 1
        substances = ["inventol"]
        areas = ["earlobe"]
        instruments = ["glow_meter"]
        grades = 1
        after = "3 d"
        treated = { of_100 = 50, of = 10 }
        placebo = { of_100 = 10, of = 10 }
        sources = ["invented_paper"]
        """,
    "samples/a_jar.toml": """
        order = 5
        tests = ["room"]
        sources = ["invented_paper"]
        """,
    "notes/hum_softly.toml": """
        subject = "technique"
        order = 1
        substances = ["inventol"]
        techniques = ["hum"]
        sources = ["invented_paper"]
        reviewed = 2026-11-22
        """,
    "jurisdictions/NZ.toml": """
        reviewed = 2026-11-22
        chairside_mixing = true
        chairside_sources = []
        currency = "NZD"

        [roles.nurse]
        may = true
        credentials = ["licence"]
        sources = ["invented_paper"]
        """,
}
WORDS = {
    "substance.inventol.name": ("Inventol", "Inventol"),
    "substance.inventol.holds.glitter": ("Glitter", "Paillettes"),
    "note.hum_softly": ("Hum softly.", "Bourdonnez doucement."),
    "status.inventol.NZ": ("Approved.", "Autorisé."),
    "evidence.inventol.skin": ("One small study.", "Une petite étude."),
    "rule.glowing_forbidden": ("{about}: never with this.", "{about}\u00a0: jamais avec ceci."),
    "rule.glows": ("{about}: look first.", "{about}\u00a0: regardez d’abord."),
    "question.glows.ask": ("Do you glow in the dark?", "Brillez-vous dans le noir\u202f?"),
    "code.conditions.glows": ("Glowing", "Luminescence"),
    "area.earlobe": ("Earlobe", "Lobe de l’oreille"),
    "chart.ear": ("Ear", "Oreille"),
    "measure.earlobe": ("From top to bottom", "De haut en bas"),
    "danger.ear_drum": ("Mind the drum", "Attention au tympan"),
    "technique.hum": ("Humming", "Bourdonnement"),
    "country.NZ": ("New Zealand", "Nouvelle-Zélande"),
    "sign.glowing_lump.ask": ("A lump that glows", "Une boule qui brille"),
    "sign.glowing_lump.told": ("A lump glows. See a doctor.", "Une boule brille. Voyez un médecin."),
    "sign.glowing_lump.do": ("A physician looks.", "Un médecin examine."),
    "pose.ear_forward": ("The ear, held forward", "L’oreille, tenue vers l’avant"),
    "pose_how.ear_forward": ("Hold the ear forward.", "Tenez l’oreille vers l’avant."),
    "instrument.glow_meter.name": ("Glow", "Lueur"),
    "instrument.glow_meter.how": ("In the dark.", "Dans le noir."),
    "trial.glow": ("Less glow after three days", "Moins de lueur après trois jours"),
    "sample.a_jar": ("Keep the light in a jar.", "Gardez la lumière dans un bocal."),
    "law.NZ.nurse": ("A nurse may inject.", "Une infirmière peut injecter."),
}
CASE = {
    "jurisdiction": "NZ",
    "practitioner.role": "nurse",
    "previous_sessions": [],
    "plan.purpose": "skin",
    "plan.area": "earlobe",
    "plan.area_cm2": 6,
    "plan.technique": "hum",
    "plan.depth_mm": 4,
    "plan.mix.components": [component("inventol", 5, "mg/mL", 4)],
    "plan.points": {"count": 20, "volume_ml": 0.2, "spacing_cm": 0.5},
}


@dataclass(frozen=True)
class Copy:
    folder: Path

    def add(self, name: str, text: str) -> None:
        file = self.folder / name
        lines = [line.strip() for line in text.strip().splitlines()]
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(before + "\n".join(["", *lines, ""]), encoding="utf-8")

    def add_words(self, language: str, words: dict[str, str]) -> None:
        """Each table is opened where it stands already, or anew."""
        file = self.folder / "text" / f"{language}.toml"
        text = file.read_text(encoding="utf-8")
        for key, said in words.items():
            table, _, name = key.rpartition(".")
            head = f"\n[{table}]\n"
            line = f"{name} = {json.dumps(said, ensure_ascii=False)}\n"
            text = text.replace(head, head + line, 1) if head in text else f"{text}{head}{line}"
        file.write_text(text, encoding="utf-8")

    def add_language(self, language: str) -> None:
        """German in name only: every wording with a mark before it."""
        words = knowledge.load(self.folder).texts_held["en"]
        lines = [
            f"{json.dumps(key)} = {json.dumps('de:' + text, ensure_ascii=False)}"
            for key, text in words.items()
        ]
        (self.folder / "text" / f"{language}.toml").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = Copy(tmp_path_factory.mktemp("invented") / "data")
    shutil.copytree(DATA, copy.folder)
    vocabulary = copy.folder / "vocabulary.toml"
    vocabulary.write_text(vocabulary.read_text().replace("conditions = [", 'conditions = [\n    "glows",', 1))
    for name, text in FILES.items():
        copy.add(name, text)
    for place, language in enumerate(("en", "fr")):
        copy.add_words(language, {key: words[place] for key, words in WORDS.items()})
    copy.add_language("de")
    return copy.folder


@pytest.fixture(scope="module")
def known(folder: Path) -> knowledge.Knowledge:
    return knowledge.load(folder)


def judged(known: knowledge.Knowledge, **sets: object) -> assessment.Assessment:
    document = changed(CLEAN, CASE | {key.replace("__", "."): value for key, value in sets.items()})
    case = assessment.read_document(json.dumps(document).encode(), known)
    return assessment.assess(case, known)


def codes(judgement: assessment.Assessment) -> set[tuple[str, str]]:
    return {(finding.code, finding.about) for finding in judgement.findings}


def test_everything_invented_is_a_code(known):
    invented = {
        ("jurisdictions", "NZ"), ("substances", "inventol"), ("areas", "earlobe"), ("techniques", "hum"),
        ("conditions", "glows"), ("findings", "glows"), ("findings", "glowing_forbidden"),
    }  # fmt: skip
    assert invented <= set(held_codes(known))


def test_a_case_of_nothing_but_inventions_may_go_on(known):
    judgement = judged(known)
    assert judgement.decision == "go"
    assert [limit.code for limit in judgement.totals["inventol"].limits] == ["dose_per_session"]


def test_the_invented_limit_stops_what_is_above_it(known):
    judgement = judged(known, plan__points={"count": 20, "volume_ml": 0.21, "spacing_cm": 0.5})
    assert ("dose_per_session", "inventol") in codes(judgement)
    assert judgement.decision == "stop"


def test_the_invented_technique_has_its_depth(known):
    assert ("depth_outside_technique", "depth_mm") in codes(judged(known, plan__depth_mm=6))


def test_the_invented_country_lets_in_whom_it_names(known):
    assert ("role_not_permitted", "physician") in codes(judged(known, practitioner__role="physician"))


def test_the_invented_rules_of_everybody_and_of_the_substance_hold(known):
    judgement = judged(known, patient__conditions=["glows"])
    assert {("glows", "glows"), ("glowing_forbidden", "glows")} <= codes(judgement)
    assert judgement.decision == "stop"


def test_what_the_invented_question_would_tell_is_asked_for_when_it_is_not_known(known):
    document = changed(CLEAN, CASE, removes=["patient.conditions"])
    judgement = assessment.assess(assessment.read_document(json.dumps(document).encode(), known), known)
    assert ("fact_missing", "conditions") in codes(judgement)
    assert judgement.decision == "incomplete"


def test_the_invented_sign_is_a_red_flag_with_its_sample(known):
    found = flags.of_signs(["glowing_lump", "bruised"], known)
    assert [flag.name for flag in found] == ["glowing_lump"]
    assert flags.urgency_of(found) == "doctor_now"
    assert [name for name, _sample in flags.samples_of(found, known)] == ["a_jar"]
    assert "a_jar" in [name for name, _sample in flags.samples_for(["room"], known)]


def test_the_invented_view_is_the_one_that_is_taken_of_the_invented_area(known):
    assert photography.poses_for(["earlobe"], known) == ["ear_forward"]
    assert known.name("ear_forward", "fr") == "L’oreille, tenue vers l’avant"


def test_the_invented_instrument_schedule_and_trial_are_used(known):
    assert next(iter(asking.fitting(known, "earlobe", "skin"))) == "glow_meter"
    assert "glow_meter" not in asking.fitting(known, "abdomen", "skin")
    assert [one.after for one in follow_up.asked_after("skin", known)] == ["3 d"]
    assert len(follow_up.asked_after("fat", known)) == 10
    day = date(2026, 1, 1)
    person = outcomes.Followed(
        day, day, None, (outcomes.Reading(day, 5.0), outcomes.Reading(day + timedelta(3), 4.0))
    )
    found, beside = outcomes.beside_placebo(
        known.trials["glow"], [(person,)], today=date(2026, 2, 1), least=1
    )
    assert (found.improved, found.of, beside) == (1, 1, "overlaps")


def test_findings_speak_the_invented_language_too(known):
    findings = judged(known, patient__conditions=["glows"]).findings
    assert all(set(finding.message) == {"en", "fr", "de"} for finding in findings)
    assert "de:de:Glowing: look first." in {finding.message["de"] for finding in findings}


def test_a_language_that_does_not_say_everything_is_refused(folder, tmp_path):
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    german = copy / "text" / "de.toml"
    german.write_text(
        "\n".join(line for line in german.read_text().split("\n") if '"area.earlobe"' not in line)
    )
    with pytest.raises(knowledge.KnowledgeError) as refused:
        knowledge.load(copy)
    assert [str(problem) for problem in refused.value.problems] == [
        "text/de.toml: area.earlobe: this wording is missing"
    ]


def test_english_and_french_are_always_held(folder, tmp_path):
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "text" / "fr.toml").unlink()
    with pytest.raises(knowledge.KnowledgeError) as refused:
        knowledge.load(copy)
    assert "text/fr.toml: this file is missing" in [str(problem) for problem in refused.value.problems]


def test_a_grid_can_be_laid_on_the_invented_area(known):
    left, right = bodymap.places("earlobe", known)
    assert (left.side, right.side) == ("left", "right")
    assert len(bodymap.lay_grid(left.outline, Decimal("0.5"), "square")) >= 15
    zones = bodymap.zones(left, known)
    assert bodymap.in_danger(zones, [(20, 20), (190, 290)], "inventol") == {"ear_drum": [(20, 20)]}


@pytest.fixture
def shown(known, monkeypatch):
    """The site, with the invented knowledge."""
    monkeypatch.setattr(knowledge, "current", lambda: known)
    return known


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("en", "Do you glow in the dark?"),
        ("fr", "Brillez-vous dans le noir"),
        ("de", "de:Do you glow in the dark?"),
    ],
)
def test_the_form_asks_the_invented_question(client, shown, patient, alice, language, asked):
    client.force_login(alice)
    page = client.get(f"/patients/{patient.pk}/history/?language={language}")
    assert page.status_code == 200
    assert asked in page.content.decode()


def test_the_formulary_shows_what_is_invented(client, shown, alice):
    client.force_login(alice)
    assert "Inventol" in client.get("/formulary/?q=inventol").content.decode()
    page = client.get("/formulary/inventol/").content.decode()
    assert "Glowing: never with this." in page
    assert "Journal of Inventions" in page
    assert "A nurse may inject." in client.get("/formulary/countries/NZ/").content.decode()


def test_the_formulary_knows_the_law_of_the_invented_country(known):
    signs = {
        country: formulary.sign_of(
            "inventol", purpose="skin", country=country, on=known.jurisdictions["NZ"].reviewed, known=known
        )
        for country in ("NZ", "FR")
    }
    assert signs == {"NZ": "clear", "FR": "unknown"}
