"""The papers of a session as PDF: the record, the sheet for the patient, the consent.

Text goes to Typst as JSON data, never as its code, so that no name can become a command.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

import segno
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wheal import consent as wording
from wheal.clinic import printing
from wheal.clinic.printing import moment
from wheal.clinic.treatments import adding_up, aftercare, bench_lines, called, drawing, grounds, pictures
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import Amendment, Consent, MixComponent, Pass, Session
from wheal.knowledge import Knowledge
from wheal.knowledge.wording import amount, digits
from wheal.quantities import Quantity

FOLDER = Path(__file__).parent / "typst"
Json = dict[str, object]
_KINDS: Final = ("do", "avoid", "expect")


def pdf(template: str, data: Json) -> bytes:
    """Fonts are those that Typst carries; nothing is fetched and nothing of the machine is read."""
    return printing.pdf(FOLDER / f"{template}.typ", data)


def record_pdf(
    chart: Chart, signed: Session, amendments: Iterable[Amendment], known: Knowledge, language: str
) -> bytes:
    """One page: who, where, which points, from which lots, how much, what was found."""
    with translation.override(language):
        return pdf("record", _record(chart, signed, list(amendments), known, language))


def _record(
    chart: Chart, signed: Session, amendments: list[Amendment], known: Knowledge, language: str
) -> Json:
    data = _base(chart, _("Session record"), language)
    data["words"] = {
        "mixes": _("What was drawn"),
        "mix_columns": [_("Mix"), _("Substance"), _("Strength"), _("Volume"), _("Lot"), _("Expires")],
        "things": _("Room and equipment"),
        "doses": _("Doses"),
        "findings": _("Found at signing"),
        "no_findings": _("Nothing."),
        "amendments": _("Amendments"),
    }
    data["footer"] = _("Signed and fixed · SHA-256 %(digest)s · knowledge %(version)s") % {
        "digest": signed.record_digest,
        "version": signed.knowledge_version,
    }
    data["people"] = _people(chart)
    if born := called.born_as_signed(signed, chart.session.patient):
        data["people"].append([_("Born, as signed"), formats.date_format(born, "DATE_FORMAT")])
    data["signing"] = [
        [_("Injected by"), f"{called.both_names(signed, signed.practitioner)}, {moment(signed.inject_at)}"],
        [_("Signed by"), f"{called.both_names(signed, signed.signed_by)}, {moment(signed.signed_at)}"],
        [_("Consent of"), f"{signed.consent.signed_name}, {moment(signed.consent.signed_at)}"],
        [_("Decision"), _decision(signed)],
    ]  # fmt: skip
    if names_of := called.kept_on(signed):
        said = _("as of %(day)s, not of the day of signing") % {
            "day": formats.date_format(names_of, "DATE_FORMAT")
        }
        data["signing"].append([_("Names of lots and people"), said])
    data["passes"] = [_pass(row, chart.session, known, language) for row in chart.passes]
    data["components"] = _components(chart, known, language)
    data["mixing"] = [bench_lines.of_mix(each, signed, language) for each in adding_up.sums(chart)]
    data["mixing"] += bench_lines.of_rests(chart, language)
    data["things"] = [bench_lines.of_thing(used) for used in chart.things]
    totals = signed.judgement["totals"]
    data["doses"] = [
        [known.name(name, language), amount(_quantity(total["dose"]), language)]
        for name, total in totals.items()
    ]
    found = [row for row in signed.judgement["findings"] if row["severity"] != "info"]
    data["findings"] = [row["message"][language] for row in found]
    data["amendments"] = [_amendment(row) for row in amendments]
    return data


def _decision(signed: Session) -> str:
    if signed.decision == "go":
        return _("Nothing known against it")
    return _("Signed by a physician with this reason: %(reason)s") % {"reason": signed.reason}


def aftercare_pdf(chart: Chart, known: Knowledge, language: str, report_at: str) -> bytes:
    """In the patient's language: when to call first, then what to do, what to leave, what to expect.

    `report_at`: the address under which the patient reports a reaction, printed as a code to scan.
    """
    with translation.override(language):
        return pdf("aftercare", _aftercare(chart, known, language, report_at))


def _aftercare(chart: Chart, known: Knowledge, language: str, report_at: str) -> Json:
    data = _base(chart, _("After your session"), language)
    clinic = chart.session.clinic
    titles = {"do": _("What helps"), "avoid": _("What to leave"), "expect": _("What to expect")}
    told = {kind: aftercare.told(chart, known, language, kind) for kind in (*_KINDS, "red_flag")}
    data["words"] = {
        "red_flags": _("Call at once, day or night"),
        "report": _("Report a reaction from your phone: scan this code. Your birth date is asked."),
    }
    data["report"] = segno.make(report_at, error="m", micro=False).svg_inline(border=2)
    data["call"] = _("%(clinic)s, telephone %(phone)s") % {
        "clinic": clinic.name,
        "phone": clinic.phone or "—",
    }
    data["emergency"] = (
        _("Emergency number: %(number)s") % {"number": clinic.emergency_number}
        if clinic.emergency_number
        else _("Or the emergency number of the country where you are; this clinic has set none here.")
    )
    data["red_flags"] = told["red_flag"]
    data["parts"] = [{"title": titles[kind], "rows": told[kind]} for kind in _KINDS if told[kind]]
    data["people"] = _people(chart)
    data["passes"] = [_pass(row, chart.session, known, language) for row in chart.passes]
    data["footer"] = _("Keep this sheet. It says what was injected, from which lots, and whom to call.")
    for row, shown in zip(chart.passes, data["passes"], strict=True):
        shown["facts"] = [[_("Injected"), _lots(chart, row, known, language)], *shown["facts"][:1]]
    return data


def _names(row: MixComponent, known: Knowledge, language: str) -> str:
    return " + ".join(known.name(code, language) for code, _strength in row.contents)


def _lots(chart: Chart, row: Pass, known: Knowledge, language: str) -> str:
    lots = [
        _("%(substance)s (lot %(lot)s)")
        % {"substance": _names(each, known, language), "lot": each.lot.number}
        for each in chart.components[row.mix_id]
    ]
    return ", ".join(dict.fromkeys(lots))


def consent_pdf(chart: Chart, consent: Consent) -> bytes:
    """The exact text that was signed, in its language, with the signature beneath it."""
    with translation.override(consent.language):
        return pdf("consent", _consent(chart, consent))


def _consent(chart: Chart, consent: Consent) -> Json:
    blocks = wording.blocks(consent.text)
    title = next((words for kind, words in blocks if kind == "title"), _("Consent"))
    data = _base(chart, title, consent.language)
    data["blocks"] = blocks
    data["signing"] = [
        [_("Signed by"), consent.signed_name],
        [_("On"), moment(consent.signed_at)],
        _where(consent),
    ]
    data["strokes"] = consent.signature
    data["words"] = {"typed_only": _("The typed name is the signature.")}
    withdrawal = getattr(consent, "withdrawal", None)
    data["withdrawn"] = withdrawal and _("Withdrawn on %(when)s") % {"when": moment(withdrawal.withdrawn_at)}
    data["footer"] = f"{chart.session.patient} · SHA-256 {consent.digest}"
    return data


def consent_text_pdf(chart: Chart, text: str, language: str) -> bytes:
    """The text as it stands now, to be read at home: it says of itself that it is not signed."""
    with translation.override(language):
        blocks = wording.blocks(text)
        title = next((words for kind, words in blocks if kind == "title"), _("Consent"))
        data = _base(chart, title, language)
        data["blocks"] = blocks
        data["at_home"] = _(
            "To take home and read. Nothing is signed with this paper, and nothing is agreed to."
        )
        data["signing"] = [
            [_("Printed"), moment(timezone.now())],
            [
                _("For"),
                _("%(name)s · no. %(number)s")
                % {"name": chart.session.patient, "number": chart.session.patient.number},
            ],
        ]
        data["strokes"] = []
        data["words"] = {"typed_only": _("Not signed.")}
        data["withdrawn"] = None
        data["footer"] = f"{chart.session.patient} · SHA-256 {sha256(text.encode()).hexdigest()}"
        return pdf("consent", data)


def _where(consent: Consent) -> list[str]:
    """Beside whom it was signed; at home, by which link."""
    if consent.witnessed_by:
        return [_("In the presence of"), consent.witnessed_by.shown_name]
    told = _("by link no. %(number)s, given by %(name)s; the birth date was asked")
    return [_("At home"), told % {"number": consent.link_id, "name": consent.link.made_by.shown_name}]


def _base(chart: Chart, title: str, language: str) -> Json:
    clinic = chart.session.clinic
    return {
        "title": title,
        "language": language,
        "paper": "us-letter" if clinic.jurisdiction == "US" else "a4",
        "clinic": {"name": clinic.name, "address": clinic.address, "phone": clinic.phone},
    }


def _people(chart: Chart) -> list[list[str]]:
    patient, session = chart.session.patient, chart.session
    return [
        [_("Patient"), _("%(name)s · no. %(number)s") % {"name": patient, "number": patient.number}],
        [_("Born"), formats.date_format(patient.birth_date, "DATE_FORMAT")],
        [_("Session"), moment(session.inject_at or session.planned_for)],
        *(
            [[_("Weight"), f"{digits(session.weight_kg, translation.get_language()[:2])} kg"]]
            if session.weight_kg
            else []
        ),
    ]


def _pass(row: Pass, session: Session, known: Knowledge, language: str) -> Json:
    number = ngettext("%(count)s point", "%(count)s points", row.count) % {"count": row.count}
    each, total = (amount(Quantity.of(value or 0, "mL"), language) for value in (row.volume_ml, row.total_ml))
    facts = [
        [_("Points"), f"{number} × {each} = {total}"],
        [_("Technique"), known.text(f"technique.{row.technique}", language)],
        [_("Mix"), row.mix.label],
        [_("Depth"), f"{digits(row.depth_mm, language)} mm" if row.depth_mm else "—"],
        [_("Least spacing"), f"{digits(row.nearest_cm, language)} cm" if row.nearest_cm else "—"],
        [_("Area outlined"), f"{digits(row.area_cm2, language)} cm²" if row.area_cm2 else "—"],
        [_("Scale"), _scale(row, language)],
    ]
    return {
        "title": f"{row.order} · {grounds.title(row, known)}",
        "picture": pictures.svg_of(row, session),
        "facts": facts,
    }


def _scale(row: Pass, language: str) -> str:
    if row.ruler_cm is None:
        return _("not measured: centimetres of the chart")
    day = formats.date_format(timezone.localtime(row.measured_at), "SHORT_DATE_FORMAT")
    return _("%(distance)s cm measured on %(day)s") % {"distance": digits(row.ruler_cm, language), "day": day}


def _components(chart: Chart, known: Knowledge, language: str) -> list[list[str]]:
    """Each lot of a mix once, however many containers of it were drawn from."""
    return [
        [
            mix.label,
            " + ".join(known.name(code, language) for code, _strength in row["contents"]),
            " + ".join(amount(strength, language) for _code, strength in row["contents"]),
            _drawn(row, language),
            row["lot"].number,
            formats.date_format(row["lot"].expires, "SHORT_DATE_FORMAT"),
        ]
        for mix in chart.mixes
        for row in drawing.lots_of(chart.components[mix.pk])
    ]


def _drawn(row: Json, language: str) -> str:
    volume = amount(Quantity.of(row["volume_ml"], "mL"), language)
    if row["times"] == 1:
        return volume
    return _("%(volume)s from %(times)s containers") % {"volume": volume, "times": row["times"]}


def _amendment(row: Amendment) -> list[list[str]]:
    return [
        [_("Corrects"), f"{row.corrects_words} · {row.made_by.shown_name}, {moment(row.made_at)}"],
        [_("Was"), row.was],
        [_("Should be"), row.should_be],
        [_("Reason"), row.reason],
    ]


def _quantity(held: dict[str, object]) -> Quantity:
    return Quantity.of(str(held["value"]), str(held["unit"]))
