"""English: one form for every country that reads it. See docs/decisions/0027."""
