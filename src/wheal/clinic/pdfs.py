"""Whether what somebody hands in as a PDF is one: opened by a reader, not believed by its first letters."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError


def is_pdf(content: bytes) -> bool:
    """With at least one page that can be found."""
    if not content.startswith(b"%PDF-"):
        return False
    try:
        return PdfReader(BytesIO(content)).pages[0].mediabox.width > 0
    except (PyPdfError, IndexError, KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return False  # what somebody built wrong may end in any of these
