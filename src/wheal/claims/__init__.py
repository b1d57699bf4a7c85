"""Which claims of the ledger does a text make? Rules over sentences, each explained by the words that met.

`reading` folds and cuts the text, `phrases` holds what a claim sounds like in a language, `stance` says
whether the author makes the statement, `detect` puts them together.
"""

from __future__ import annotations

from wheal.claims.detect import Statement, statements
from wheal.claims.phrases import LANGUAGES

__all__ = ["LANGUAGES", "Statement", "statements"]
