"""The clinical knowledge: loaded once, cross-checked, every problem told at once."""

from __future__ import annotations

from wheal.knowledge.load import Knowledge, KnowledgeError, Problem, current, load

__all__ = ["Knowledge", "KnowledgeError", "Problem", "current", "load"]
