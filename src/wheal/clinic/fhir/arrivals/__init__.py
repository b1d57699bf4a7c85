"""Somebody who comes from elsewhere with a summary of their record: looked at first, then taken in, or not at all."""
