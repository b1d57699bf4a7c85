"""What an authority or a maker calls back, held against the lots that a clinic has or had.

    notice = read_text("Rappel des lots A100 à A104 et B7 de …")
    notice = read_table(b"Lot;GTIN;Product\n…")
    matches(notice, held)    # notice_matches

Nothing here reads a database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeVar

from wheal import notice_search
from wheal.barcodes.elements import is_checked
from wheal.barcodes.national import digits
from wheal.notice_matches import (
    Held,
    How,
    Match,
    Matched,
    Named,
    Notice,
    OfProduct,
    Spanned,
    Sureness,
    matches,
)
from wheal.notice_spans import spans
from wheal.notice_tables import decoded, of_cell, rows_of
from wheal.notice_text import NoticeUnreadable, as_typed, listed, spans_of
from wheal.notice_whole import all_lots

__all__ = [
    "Held", "How", "Match", "Matched", "Named", "Notice", "NoticeUnreadable", "Sureness", "decoded", "matches",
    "read_table", "read_text", "refuse_none",
]  # fmt: skip

T = TypeVar("T")
_DIGITS: Final = re.compile(r"(?<!\d)\d{8}(?:\d{4,6})?(?!\d)")


def read_text(text: str) -> Notice:
    """Every lot that the words name; where none is, `named` is empty. Raises NoticeUnreadable."""
    if not text.strip():
        raise NoticeUnreadable("empty")
    plain = as_typed(text)
    codes = _once(found.lstrip("0") for found in _DIGITS.findall(plain) if is_checked(found))
    code = codes[0] if len(codes) == 1 else ""
    found, unread = listed(plain)
    named = tuple(Named(number, code, text) for number in dict.fromkeys(found))
    spanned = tuple(Spanned(span, code, text, near) for span, near in spans_of(plain))
    left = [each for each in unread if not any(one.span.words.endswith(each) for one in spanned)]
    behind = [*left, *_not_counted(spanned, left)] if named else [text.strip()]
    words = all_lots(plain)
    whole = (OfProduct(Named(words, each, text), words) for each in codes or ("",)) if words else ()
    return Notice(named, (Named(plain, code, text),), spanned, tuple(whole), _once(behind))


def read_table(data: bytes) -> Notice:
    """A file of lots with a line of headings; comma, semicolon or tab. Raises NoticeUnreadable."""
    named, passages, unread = [], [], []
    spanned: list[Spanned] = []
    products: list[OfProduct] = []
    for row, told in rows_of(data):
        code, words = digits(told.get("code", "")).lstrip("0"), told.get("words", "")
        asked = [Spanned(span, code, words) for span in spans(as_typed(told["number"]))]
        cell = of_cell(as_typed(told["number"]), [each.span for each in asked])
        said = " · ".join(filter(None, (each.strip() for each in row)))
        named += [Named(number, code, words) for number in cell.numbers]
        passages.append(Named(as_typed("\n\n".join(row)), code, words))
        spanned += asked
        if cell.is_all or cell.is_unclear:
            products.append(OfProduct(Named(cell.said, code, words), said, cell.is_all))
        shown = [said] if cell.is_shown else cell.unread
        unread += [*shown, *_not_counted(asked, shown)]
    return Notice(_once(named), _once(passages), _once(spanned), _once(products), _once(unread))


def _not_counted(spanned: Iterable[Spanned], told: Iterable[str]) -> list[str]:
    """Beside the word "lot", or with letters and figures as lots have them; and not within what is shown already."""
    words = (each.span.words.strip() for each in spanned if not each.span.is_counted and _is_of_lots(each))
    return [each for each in words if not any(each in passage for passage in told)]


def _is_of_lots(each: Spanned) -> bool:
    number = notice_search.key(each.span.begin or each.span.first or each.span.last)
    return each.is_near_lot or not (number.isdigit() or notice_search.is_weak(number))


def _once(rows: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(rows))


def refuse_none(notice: Notice, held: Iterable[Held]) -> None:
    """Raises NoticeUnreadable where no lot is named: as such, as all of a product, by words that were not read in their
    column, or by a number of those held."""
    is_said = notice.named or any(each.named.number for each in notice.products)
    if not is_said and not matches(notice, held).matches:
        raise NoticeUnreadable("no_lot_named")
