"""What may not be done with stock, in words for the person who can do something about it."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Final[dict[str, Promise]] = {
    "expiry_differs": _("This lot is here already with another expiry date. Look at the box again."),
    "lot_blocked": _("Lot %(lot)s is blocked. Do not use it: take another one."),
    "lot_expired": _("Lot %(lot)s is past its expiry date. Take another one."),
    "lot_empty": _(
        "By the books nothing of lot %(lot)s is left to open. If it is in your hand, count the lot first: the books "
        "are wrong."
    ),
    "not_so_many": _("By the books only %(left)s containers of lot %(lot)s are unopened."),
    "none_given": _("Give a number above zero."),
    "not_opened_yet": _("A container cannot be opened in the future."),
    "other_lot": _("This container is of another lot."),
    "container_emptied": _("This container is empty or was thrown away. Open a new one."),
    "container_too_long": _(
        "This container has been open for more than %(days)s days. Throw it away and open a new one."
    ),
    "container_not_so_much": _(
        "This container holds %(holds)s mL and %(left)s mL are left in it. Draw the rest from another one."
    ),
    "mix_not_so_much": _("This mix held %(holds)s mL: no more can have been injected of it."),
    "recall_open": _(
        "A recall of this lot is under way, and people are still being called. "
        "Close the recall first, and say there what it came to."
    ),
    "reason_missing": _("A reason is needed."),
    "taken_back_already": _("This was taken back already."),
    "cannot_be_taken_back": _("This belongs to a session, a count or a transfer: it is corrected there."),
    "used_since": _("It cannot be taken back: some of it was used since."),
    "draft_only": _("This was received already. Replace the line that is wrong."),
    "nothing_in_it": _("There is no line in it yet."),
    "box_scanned_already": _("This very box was scanned already (serial number %(serial)s)."),
    "not_received_yet": _("This delivery has not been received yet: correct the line itself."),
    "replaced_already": _("This line was replaced already."),
    "not_counted": _("Not counted yet: %(what)s. Enter what is there, zero where nothing is."),
    "not_explained": _("%(what)s: what is there differs from the books. Say how that came about."),
    "moved_since": _("%(what)s: some of it moved since it was counted. Count it again."),
    "more_than_it_holds": _("%(what)s: that is more than the container holds."),
    "counted_already": _("This count is closed. Begin a new one."),
    "arrived_already": _("This transfer has arrived already, or was called back."),
    "same_clinic": _("Choose another clinic than this one."),
    "time_in_future": _("This time lies in the future."),
    "settled_already": _("This was settled already."),
    "named_already": _("There is one of this name already."),
    "has_lots": _("Lots of this product were received: its content and strength can no longer change."),
    "out_of_proportion": _("No refrigerator and no room is this warm or cold. Look again."),
}


class StockRefused(Exception):
    """`reason`: a code of `WORDS`; `figures`: what its words name."""

    def __init__(self, reason: str, **figures: object) -> None:
        super().__init__(reason)
        self.reason, self.figures = reason, figures

    @property
    def words(self) -> str:
        return str(WORDS[self.reason]) % self.figures
