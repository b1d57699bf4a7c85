"""What PostgreSQL needs to serve a clinic as SQLite does: Django's engine with one transaction writing at a time."""
