"""A notice held against every lot that is, or was, in the clinics that somebody may trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count

from wheal import notices
from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.models import Notice
from wheal.clinic.stock.models import Lot
from wheal.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Found:
    lot: Lot  # with `people`: how many patients had it drawn up for them
    sure: notices.Sureness
    named: str


@dataclass(frozen=True, slots=True)
class Answer:
    found: tuple[Found, ...]
    not_held: tuple[str, ...]
    named: int


def of(notice: Notice, clinics: Sequence[Clinic], known: Knowledge) -> Answer:
    """Two queries, however many lots are named."""
    read = notices.read_table(notice.text.encode()) if notice.is_table else notices.read_text(notice.text)
    matched = notices.matches(read, _held(clinics, known))
    lots = _lots(match.held for match in matched.matches)
    found = tuple(Found(lots[match.held], match.sure, match.named.number) for match in matched.matches)
    return Answer(found, matched.not_held, len(read.named))


def _held(clinics: Sequence[Clinic], known: Knowledge) -> list[notices.Held]:
    rows = Lot.objects.filter(product__clinic__in=clinics).values_list(
        "pk", "number", "product__gtin", "product__name", "product__maker", "product__substance"
    )
    return [
        notices.Held(pk, number, gtin, (name, maker, *_names(substance, known)))
        for pk, number, gtin, name, maker, substance in rows.iterator(chunk_size=2000)
    ]


def _names(substance: str, known: Knowledge) -> Iterable[str]:
    return (known.name(substance, language) for language in known.texts_held)


def _lots(pks: Iterable[int]) -> dict[int, Lot]:
    people = Count("drawn__mix__session__patient", distinct=True)
    held = Lot.objects.filter(pk__in=list(pks)).select_related("product__clinic")
    return {lot.pk: lot for lot in held.annotate(people=people)}
