"""What every command at the console does before it asks anything of a clinic's data."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured

from wheal.clinic import databases


def name_the_data(data: Path) -> None:
    """What the settings are read from. What is asked at the console may take its time. Raises PermissionError."""
    as_its_account(data)
    os.environ["WHEAL_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wheal.clinic.settings")
    os.environ.setdefault("WHEAL_STATEMENT_TIMEOUT", "0")


def owner(data: Path) -> int:
    """The account by which the site is served: whose its database is, or its key."""
    held = (databases.file(data), data / "secret-key", data)
    return next(path.stat().st_uid for path in held if path.exists())


def name_of(account: int) -> str:
    try:
        return pwd.getpwuid(account).pw_name
    except KeyError:
        return f"#{account}"


def as_its_account(data: Path) -> None:
    """Root may write everywhere, and what root writes the site cannot read. Raises PermissionError.

    Patients' records are for the account that serves them: what is made from here on is for it, and for nobody else.
    """
    if os.geteuid() == 0 and data.exists() and (account := owner(data)) != 0:
        who = name_of(account)
        raise PermissionError(
            f"{data} belongs to {who}, and this is root: what root writes there, {who} cannot read. "
            f"Say it as that account: sudo -u '{who}' wheal …"
        )
    os.umask(0o077)


def settle(data: Path) -> None:
    """From here on models can be asked. A wrong setting ends the command in a sentence."""
    name_the_data(data)
    try:
        django.setup()
    except ImproperlyConfigured as reason:
        raise SystemExit(f"wheal: {reason}") from None
