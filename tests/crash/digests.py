"""Every table of a folder's record with its rows and the digest over them: `python -m crash.digests`, as JSON."""

from __future__ import annotations

import json

import django

django.setup()

from django.db import DEFAULT_DB_ALIAS  # noqa: E402

from wheal.clinic import moving  # noqa: E402

if __name__ == "__main__":
    found = {}
    for model in moving._models():
        rows = sorted(map(list, moving._digests(model, DEFAULT_DB_ALIAS)))
        found[model._meta.db_table] = rows
    print(json.dumps(found))
