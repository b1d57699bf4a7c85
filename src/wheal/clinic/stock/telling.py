"""Where the books do not add up, in words: which lot, container or mix, what the books say and what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wheal import ledger
from wheal.clinic.stock.models import Lot, TransferLine
from wheal.ledger import Discrepancy

WORDS: Final[Mapping[str, Promise]] = {
    "in_stock": gettext_lazy(
        "in stock there should be %(books)s mL by what came and went; there are %(there)s mL"
    ),
    "shelf": gettext_lazy("unopened there should be %(books)s mL; the shelf says %(there)s mL"),
    "container": gettext_lazy("container %(container)s should hold %(books)s mL; it says %(there)s mL"),
    "emptied": gettext_lazy("container %(container)s was emptied and still says %(there)s mL"),
    "syringe": gettext_lazy("more went out of the syringe of mix %(mix)s than into it: %(books)s mL"),
    "drawn": gettext_lazy(
        "the books say %(books)s mL were drawn into mix %(mix)s; its record says %(there)s mL"
    ),
    "rest": gettext_lazy("of mix %(mix)s, which is signed, %(books)s mL are unaccounted for"),
    "injected": gettext_lazy(
        "the books say %(books)s mL of mix %(mix)s were injected; its record says %(there)s mL"
    ),
    "trace": gettext_lazy(
        "the books say %(books)s mL of it were injected with mix %(mix)s; who received it tells %(there)s mL"
    ),
    "transfer": gettext_lazy(
        "%(books)s mL were sent to another clinic; arrived or explained are %(there)s mL"
    ),
}


def told(found: Iterable[Discrepancy]) -> list[tuple[Lot | None, str]]:
    """Each with its lot, where it has one. Two queries."""
    found = list(found)
    lots = Lot.objects.select_related("product__clinic").in_bulk({each.lot for each in found if each.lot})
    lines = {each.line for each in found if each.line}
    sent = {
        row.pk: row.lot
        for row in TransferLine.objects.filter(pk__in=lines).select_related("lot__product__clinic")
    }
    return [(lots.get(each.lot) or sent.get(each.line), words(each)) for each in found]


def words(each: Discrepancy) -> str:
    return str(WORDS[each.code]) % {
        "books": _ml(each.by_books_ul),
        "there": _ml(each.there_ul),
        "container": each.container,
        "mix": each.mix,
    }


def sentence(lot: Lot | None, said: str) -> str:
    if lot is None:
        return said
    return _("Lot %(lot)s of %(product)s (%(clinic)s): %(said)s") % {
        "lot": lot.number,
        "product": lot.product.name,
        "clinic": lot.product.clinic.name,
        "said": said,
    }


def _ml(volume_ul: int) -> str:
    return f"{ledger.millilitres(volume_ul):.3f}"
