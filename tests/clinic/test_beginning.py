"""What is done once before the site answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wheal.clinic import beginning


@pytest.fixture
def style(settings, tmp_path: Path) -> Path:
    """The only static file of a site."""
    held = tmp_path / "static" / "site.css"
    held.parent.mkdir()
    held.write_text("p { margin: 0 }")
    packed = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": packed}
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [held.parent], tmp_path / "packed"
    return held


def packed(root: Path) -> tuple[str, int]:
    """The name under which the file is served, and when it was packed."""
    manifest = root / "staticfiles.json"
    name = json.loads(manifest.read_text())["paths"]["site.css"]
    assert (root / name).is_file()
    return name, manifest.stat().st_mtime_ns


def test_static_files_are_packed_once_and_again_when_one_has_changed(style: Path, settings) -> None:
    beginning.pack_static_files()
    first = packed(settings.STATIC_ROOT)
    beginning.pack_static_files()
    assert packed(settings.STATIC_ROOT) == first

    style.write_text("p { margin: 1em }")
    beginning.pack_static_files()
    name, _ = packed(settings.STATIC_ROOT)
    assert name != first[0]
    assert not (settings.STATIC_ROOT / first[0]).exists()


def test_what_was_broken_off_while_packing_is_packed_anew(style: Path, settings) -> None:
    beginning.pack_static_files()
    _, before = packed(settings.STATIC_ROOT)
    (settings.STATIC_ROOT / beginning.PACKED).unlink()  # it is written last
    beginning.pack_static_files()
    assert packed(settings.STATIC_ROOT)[1] > before
