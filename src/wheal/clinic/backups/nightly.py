"""The backup that the site makes by itself, where a folder for it is named."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from wheal.clinic.backups import making, retention


def nightly() -> dict[str, object]:
    """What is kept of the night. Raises making.NotMade, which the timetable writes down."""
    if not settings.BACKUPS:
        return {"left_out": "WHEAL_BACKUPS names no folder"}
    made = making.make(Path(settings.BACKUPS), kept=retention.Kept.read(settings.BACKUPS_KEPT))
    told: dict[str, object] = {"file": made.file.name, "bytes": made.size, "files": made.files}
    told |= {"tried": made.tried.said, "encrypted_files": made.tried.files, "dropped": len(made.dropped)}
    if made.same_disk:
        told |= {"same_disk": True}
    if made.tried.wrong:  # it is kept: without it the record itself would have no copy
        told |= {"wrong": len(made.tried.wrong), "first": list(made.tried.wrong[:5])}
    return told
