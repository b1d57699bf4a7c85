"""Copies of everything a clinic holds, sealed for a key that is elsewhere, tried by restoring them, dropped by a rule.

`making` writes one, `restoring` reads it, `retention` says which are kept, `keys` for whom they are sealed.
"""
