"""The clinical knowledge: loaded once, cross-checked, every problem told at once."""

from __future__ import annotations

from wheal.knowledge.known import Knowledge
from wheal.knowledge.load import current, load
from wheal.knowledge.problems import KnowledgeError, Problem

__all__ = ["Knowledge", "KnowledgeError", "Problem", "current", "load"]
