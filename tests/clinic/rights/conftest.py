"""The signed session of the treatments' tests: 40 points of deoxycholic acid from lot K-1 for Maria."""

from clinic.treatments.conftest import booked, known, lot, planned, ready, signed  # noqa: F401 (fixtures)
