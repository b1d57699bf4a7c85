"""The label of a syringe: whose it is, what is in it, until when, and a code that the session scans back."""

from __future__ import annotations

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from wheal.clinic.own_labels import data_matrix
from wheal.clinic.treatments import bench, papers, shelf
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import MixComponent
from wheal.knowledge import Knowledge
from wheal.knowledge.wording import amount
from wheal.quantities import Quantity

Json = dict[str, object]


def label_pdf(chart: Chart, mix_pk: int, known: Knowledge, language: str) -> bytes:
    """70 by 37 mm, as sold in sheets and on rolls."""
    with translation.override(language):
        return papers.pdf("label", _label(chart, mix_pk, known, language))


def _label(chart: Chart, mix_pk: int, known: Knowledge, language: str) -> Json:
    mix = next(each for each in chart.mixes if each.pk == mix_pk)
    components, patient = chart.components[mix.pk], chart.session.patient
    whole = sum(row.volume_ml for row in components)
    runs = bench.clock(mix, known, timezone.now())
    made = _moment(mix.prepared_at) if mix.prepared_at else "—"
    return {
        "language": language,
        "title": _("Mix %(label)s") % {"label": mix.label},
        "clinic": chart.session.clinic.name,
        "patient": str(patient),
        "born": formats.date_format(patient.birth_date, "SHORT_DATE_FORMAT"),
        "number": patient.number,
        "volume": amount(Quantity.of(whole, "mL"), language),
        "per_ml": [
            [known.name(name, language), amount(strength, language)]
            for name, strength in (shelf.per_ml(mix, components, known) if components else [])
        ],
        "lots": list(dict.fromkeys(_lot(row) for row in components)),
        "checked": _("Checked by %(who)s") % {"who": mix.checker.shown_name}
        if mix.checker
        else _("Checked by nobody yet"),
        "prepared": _("Prepared %(when)s, %(who)s")
        % {"when": made, "who": mix.preparer.shown_name if mix.preparer else "—"},
        "until": _("Not after %(when)s") % {"when": _moment(runs.until)}
        if runs
        else _("Time of preparation missing"),
        "code": mix.code,
        "symbol": data_matrix(mix.code),
    }


def _lot(row: MixComponent) -> str:
    return _("lot %(lot)s until %(day)s") % {
        "lot": row.lot.number,
        "day": formats.date_format(row.lot.expires, "SHORT_DATE_FORMAT"),
    }


def _moment(value: object) -> str:
    local = timezone.localtime(value)
    return f"{formats.date_format(local, 'SHORT_DATE_FORMAT')} {local:%H:%M}"
