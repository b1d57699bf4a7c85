"""Django's engine for SQLite, quicker at asking the same thing again."""
