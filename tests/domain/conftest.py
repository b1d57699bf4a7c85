from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

import documents
from wheal import knowledge
from wheal.assessment import Assessment, assess, read_document

INVENTED = Path(__file__).parents[1] / "knowledge" / "invented"


@pytest.fixture(scope="session")
def known() -> knowledge.Knowledge:
    return knowledge.load(INVENTED)


@pytest.fixture(scope="session")
def judged(known: knowledge.Knowledge) -> Callable[..., Assessment]:
    """The clean case changed at dotted paths, judged by the invented knowledge."""

    def judge(sets: Mapping[str, Any] | None = None, removes: Iterable[str] = ()) -> Assessment:
        document = documents.changed(documents.CLEAN, sets, removes)
        return assess(read_document(json.dumps(document).encode(), known), known)

    return judge


@pytest.fixture(scope="session")
def said(judged: Callable[..., Assessment]) -> Callable[..., list[str]]:
    """The findings of the changed case as "code:about"."""

    def say(sets: Mapping[str, Any] | None = None, removes: Iterable[str] = ()) -> list[str]:
        return [f"{finding.code}:{finding.about}" for finding in judged(sets, removes).findings]

    return say
