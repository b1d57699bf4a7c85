from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from wheal import knowledge

INVENTED = Path(__file__).parent / "invented"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the invented knowledge to spoil."""
    return Path(shutil.copytree(INVENTED, tmp_path / "knowledge"))


@pytest.fixture
def spoil(folder: Path) -> Callable[[str, str, str], None]:
    """Replace one piece of text in one file of the copy."""

    def replace(file: str, old: str, new: str) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.fixture
def complaints(folder: Path) -> Callable[..., list[str]]:
    """What the load says of the copy; nothing when it is sound."""

    def load(extra: Path | None = None) -> list[str]:
        try:
            knowledge.load(folder, extra=extra)
        except knowledge.KnowledgeError as refused:
            return [str(problem) for problem in refused.problems]
        return []

    return load
