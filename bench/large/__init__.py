"""A group of clinics of any size, written in bulk: every row as a real signature left it, its keys and days its own."""
