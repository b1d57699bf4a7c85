"""Who opened a record, why and until when stays as it was said; its end and its review are added once."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

TABLE = "breakglass_opening"
STANDS = (
    "id", "clinic_id", "patient_id", "by_id", "came_from_id", "role", "cause", "reason", "opened_at", "ends_at",
)  # fmt: skip
CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in STANDS)


class Migration(migrations.Migration):
    dependencies = [("breakglass", "0001_initial")]
    operations = [
        Guard(*fixed(TABLE, once=f"OLD.reviewed_at IS NOT NULL OR {CHANGED}", on=["UPDATE"])),
        Guard(*fixed(TABLE, on=["DELETE"])),
        Guard(*irreplaceable(TABLE)),
    ]
