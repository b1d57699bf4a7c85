"""Notices a shared cause: which lot, device, water point or hand explains the cases, before a culture is back.

    watch = Watch()
    watch.treated(Treated(day, "p1", exposures))      # in the order in which they become known
    notice = watch.reported(Reported(day, "p1", onset, "suspected_infection"))

The method is told in docs/explanation/the-watch.md.
"""

from wheal.surveillance.records import Exposure, Notice, Reported, Suspect, Treated
from wheal.surveillance.replay import answer_line
from wheal.surveillance.watch import Watch

__all__ = ["Exposure", "Notice", "Reported", "Suspect", "Treated", "Watch", "answer_line"]
