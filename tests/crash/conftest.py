"""A server of PostgreSQL of a test's own, that it may kill."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crash.cluster import Cluster


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    held = Cluster()
    yield held
    held.remove()
