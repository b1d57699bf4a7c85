"""What a session gave, as it is read before the signature and after it."""

from __future__ import annotations

from collections.abc import Iterable

from wheal import bodymap
from wheal.clinic.treatments import adding_up, called, grounds, record
from wheal.clinic.treatments.chart import Chart
from wheal.clinic.treatments.models import MixComponent, Session
from wheal.knowledge import Knowledge

Json = dict[str, object]


def summary(chart: Chart, known: Knowledge) -> Json:
    """What is about to be signed, or was: each pass with its points, each mix with its lots."""
    return {
        "drawn": [
            {
                "row": row,
                "name": grounds.title(row, known),
                "drawing": grounds.drawing_of(row, chart.session, known),
                "points": bodymap.unpack_points(row.points),
                "lots": lots_of(chart.components[row.mix_id]),
            }
            for row in chart.passes
        ],
        "mixes": [{"row": mix, "components": chart.components[mix.pk]} for mix in chart.mixes],
        "things": chart.things,
        "sums": adding_up.sums(chart),
    }


def lots_of(components: Iterable[MixComponent]) -> list[Json]:
    """Each lot once, however many containers of it were drawn from."""
    told: dict[tuple[str, int], Json] = {}
    for each in components:
        first = {
            "contents": each.contents,
            "lot": each.lot,
            "drawn": [],
        }
        told.setdefault((each.substance, each.lot_id), first)["drawn"].append(each.volume_ml)
    return [{**each, "times": len(each["drawn"]), "volume_ml": sum(each["drawn"])} for each in told.values()]


def signed_record(chart: Chart) -> Json:
    """The signed parts, read back whole: does the digest still say the same?"""
    signed = Session.objects.select_related("signed_by", "practitioner", "consent", "history", "clinic").get(
        pk=chart.session.pk
    )
    return {
        "signed": signed,
        "signer": called.both_names(signed, signed.signed_by),
        "injector": called.both_names(signed, signed.practitioner),
        "names_of": called.kept_on(signed),
        "born": called.born_as_signed(signed, chart.session.patient),
        "intact": record.is_as_signed(chart, signed),
        "amendments": signed.amendments.select_related("made_by"),
        "judged": signed.judgement,
    }
