"""A photograph stays as it came in; only how it is framed and filed changes, until it is deleted by rule."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

STANDS = (
    "id", "patient_id", "key", "how", "width", "height", "original", "size", "sha256", "added_at", "added_by_id",
)  # fmt: skip
CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in STANDS)
TABLES = ("photographs_photographconsent", "photographs_photographconsentwithdrawal")


class Migration(migrations.Migration):
    dependencies = [("photographs", "0001_initial")]
    operations = [
        Guard(
            *fixed("photographs_photograph", once=f"OLD.deleted_at IS NOT NULL OR {CHANGED}", on=["UPDATE"])
        ),
        Guard(*fixed("photographs_photograph", on=["DELETE"])),
        Guard(*irreplaceable("photographs_photograph")),
        *(Guard(*fixed(table)) for table in TABLES),
        *(Guard(*irreplaceable(table)) for table in TABLES),
    ]
