"""The code systems of the message, by the identifiers that ICH and FDA publish."""

from __future__ import annotations

from typing import Final

ICH: Final = "2.16.840.1.113883.3.989.2.1"
FDA_LISTS: Final = "2.16.840.1.113883.3.989.5.1.2.2.1"
NCI: Final = "2.16.840.1.113883.3.26.1.1"
MEDDRA: Final = "2.16.840.1.113883.6.163"
COUNTRIES: Final = "1.0.3166.1.2.2"
SEX_CODES: Final = "1.0.5218"
NDC: Final = "2.16.840.1.113883.6.69"
ROUTES: Final = "0.4.0.127.0.16.1.1.2.6"
MODELS: Final = "2.16.840.1.113883.1.6"
OBSERVATIONS: Final = f"{ICH}.1.19"
CATEGORIES: Final = f"{ICH}.1.20"
AUTHORS: Final = f"{ICH}.1.21"
RELATIONS: Final = f"{ICH}.1.22"
CHARACTERISTICS: Final = f"{ICH}.1.23"
