"""What a patient decided at home stays as it was; only who saw it is added, once."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

TABLE = "portal_ownact"
STANDS = ("id", "patient_id", "link_id", "what", "done_at", "session_id", "quote_id")
CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in STANDS)


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_own_acts")]
    operations = [
        Guard(*fixed(TABLE, once=f"OLD.seen_at IS NOT NULL OR {CHANGED}", on=["UPDATE"])),
        Guard(*fixed(TABLE, on=["DELETE"])),
        Guard(*irreplaceable(TABLE)),
    ]
