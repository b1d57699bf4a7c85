"""Wheal: treatment record and safety system for mesotherapy and injection lipolysis."""

__version__ = "0.1.0"
