"""Notices a shared cause: which lot, device, water point or hand explains the cases, before a culture is back.

    watch = Watch()
    watch.treated(Treated(day, "p1", exposures))      # in the order in which they become known
    notice = watch.reported(Reported(day, "p1", onset, "suspected_infection"))

Besides `reported`, `review(on)` is the nightly look, for sessions that came to be known late. A notice names its
suspects, best first, and those that the record cannot tell apart (`alike`; scores less than APART from the first).
`wheal.events.flags.samples_for` says which vial to culture, which device to swab.

The method is told in docs/explanation/the-watch.md.
"""

from wheal.surveillance.cases import ALIKE, COMMON, MAY_BEGIN_SO, NEVER_PROMISED, is_late
from wheal.surveillance.ledger import BY_SHARING
from wheal.surveillance.look_back import EXTENDED, LOOK_BACK
from wheal.surveillance.records import Exposure, Notice, Reported, Suspect, Treated
from wheal.surveillance.replay import answer_line
from wheal.surveillance.suspects import APART
from wheal.surveillance.watch import Watch

__all__ = [
    "ALIKE", "APART", "BY_SHARING", "COMMON", "EXTENDED", "LOOK_BACK", "MAY_BEGIN_SO", "NEVER_PROMISED", "Exposure",
    "Notice", "Reported", "Suspect", "Treated", "Watch", "answer_line", "is_late",
]  # fmt: skip
