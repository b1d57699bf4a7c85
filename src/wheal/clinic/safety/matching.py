"""A notice held against every lot that is, or was, in the clinics that somebody may trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count

from wheal import notices
from wheal.clinic.equipment.models import Thing
from wheal.clinic.people.models import Clinic
from wheal.clinic.safety.models import Notice
from wheal.clinic.stock.models import Lot
from wheal.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Found:
    lot: Lot  # with `people`: how many patients had it drawn up for them
    sure: notices.Sureness
    named: str
    how: notices.How = "read"

    @property
    def is_written_otherwise(self) -> bool:
        return self.named.upper() != self.lot.number.upper()


@dataclass(frozen=True, slots=True)
class FoundThing:
    """A lot of needles or of disinfectant, or a device by its serial number."""

    thing: Thing
    sure: notices.Sureness
    how: notices.How = "read"


@dataclass(frozen=True, slots=True)
class Answer:
    found: tuple[Found, ...]
    things: tuple[FoundThing, ...]
    not_held: tuple[str, ...]
    named: int
    unread: tuple[str, ...] = ()


def of(notice: Notice, clinics: Sequence[Clinic], known: Knowledge) -> Answer:
    """Four queries, however many lots are named."""
    read = read_as(notice.text, notice.is_table)
    matched = notices.matches(read, _held(clinics, known))
    lots = _lots(match.held for match in matched.matches)
    found = tuple(
        Found(lots[match.held], match.sure, match.named.number, match.how) for match in matched.matches
    )
    there = notices.matches(read, _things_held(clinics))
    missing = tuple(number for number in matched.not_held if number in there.not_held)
    not_met = (said for said in matched.not_met if said in there.not_met)
    unread = (*read.unread, *(said for said in not_met if not any(said in each for each in read.unread)))
    return Answer(found, _things(there.matches), missing, len(read.named), unread)


def read_as(text: str, is_table: bool) -> notices.Notice:
    """Raises NoticeUnreadable."""
    return notices.read_table(text.encode()) if is_table else notices.read_text(text)


def numbers_here(clinic: Clinic) -> Iterator[notices.Held]:
    """Of lots and things, asked for where somebody reads on."""
    yield from _things_held([clinic])
    rows = Lot.objects.filter(product__clinic=clinic).values_list(
        "pk", "number", "product__gtin", "product__national_code", "product__name"
    )
    for pk, number, gtin, code, name in rows.iterator(chunk_size=2000):
        yield notices.Held(pk, number, gtin, (name,), code)


def _things_held(clinics: Sequence[Clinic]) -> list[notices.Held]:
    rows = Thing.objects.filter(clinic__in=clinics).exclude(number="")
    return [
        notices.Held(pk, number, gtin, (name, maker))
        for pk, number, gtin, name, maker in rows.values_list("pk", "number", "gtin", "name", "maker")
    ]


def _things(found: Sequence[notices.Match]) -> tuple[FoundThing, ...]:
    things = Thing.objects.select_related("clinic").in_bulk([match.held for match in found])
    return tuple(FoundThing(things[match.held], match.sure, match.how) for match in found)


def _held(clinics: Sequence[Clinic], known: Knowledge) -> list[notices.Held]:
    rows = Lot.objects.filter(product__clinic__in=clinics).values_list(
        "pk", "number", "product__gtin", "product__national_code", "product__name", "product__maker",
        "product__substance",
    )  # fmt: skip
    return [
        notices.Held(pk, number, gtin, (name, maker, *_names(substance, known)), code)
        for pk, number, gtin, code, name, maker, substance in rows.iterator(chunk_size=2000)
    ]


def _names(substance: str, known: Knowledge) -> Iterable[str]:
    return (known.name(substance, language) for language in known.texts_held)


def _lots(pks: Iterable[int]) -> dict[int, Lot]:
    people = Count("drawn__mix__session__patient", distinct=True)
    held = Lot.objects.filter(pk__in=list(pks)).select_related("product__clinic")
    return {lot.pk: lot for lot in held.annotate(people=people)}
