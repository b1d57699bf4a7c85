"""Who was given this: lot → container → mix → session → passes and points → patient, and the way back.

    kind, asked = read_question(b'{"lot": {"gtin": "09506000134352", "number": "A1"}}')
    as_json(web(lots, drawn, mixed_ul, passes))

Rows come from whoever keeps the record; nothing here reads a database. Volumes are millilitres, exact.
"""

from wheal.tracing.asked import THINGS, LotAsked, read_question
from wheal.tracing.joined import carried, uneven, web
from wheal.tracing.records import (
    Drawn,
    Injected,
    Lot,
    MixTraced,
    PatientTraced,
    SessionTraced,
    Thing,
    Visit,
    Web,
    drawn_of,
    injected_of,
)
from wheal.tracing.told import as_json

__all__ = [
    "THINGS",
    "Drawn",
    "Injected",
    "Lot",
    "LotAsked",
    "MixTraced",
    "PatientTraced",
    "SessionTraced",
    "Thing",
    "Visit",
    "Web",
    "as_json",
    "carried",
    "drawn_of",
    "injected_of",
    "read_question",
    "uneven",
    "web",
]
