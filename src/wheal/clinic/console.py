"""What every command at the console does before it asks anything of a clinic's data."""

from __future__ import annotations

import os
from pathlib import Path

import django


def name_the_data(data: Path) -> None:
    """What the settings are read from. What is asked at the console may take its time."""
    os.environ["WHEAL_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wheal.clinic.settings")
    os.environ.setdefault("WHEAL_STATEMENT_TIMEOUT", "0")


def settle(data: Path) -> None:
    """From here on models can be asked."""
    name_the_data(data)
    django.setup()
