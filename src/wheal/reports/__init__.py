"""Reports to authorities: one case as the forms and the message that they ask for.

    report = SafetyReport(...)
    rules.problems(report, on=now)      # what an authority would send back, by element number
    e2b.message(report)                 # ICH E2B(R3) as XML
    medwatch.sections(report)           # what FDA's Form 3500 asks, section by section
    declaration.sections(report)        # what the French declaration asks

Nothing here sends anything.
"""

from wheal.reports.case import (
    FDA,
    Device,
    Dosage,
    Ingredient,
    Opinion,
    Party,
    Patient,
    Product,
    Reaction,
    Receiver,
    SafetyReport,
)

__all__ = [
    "FDA",
    "Device",
    "Dosage",
    "Ingredient",
    "Opinion",
    "Party",
    "Patient",
    "Product",
    "Reaction",
    "Receiver",
    "SafetyReport",
]
