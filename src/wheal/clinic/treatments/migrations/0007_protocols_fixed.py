"""A recipe stays as it was written; it may only be retired."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

STANDS = ("id", "clinic_id", "name", "version", "note", "written_at", "written_by_id")
CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in STANDS)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0006_protocols_and_labels")]
    operations = [
        Guard(*fixed("treatments_protocol", once=CHANGED, on=["UPDATE"])),
        Guard(*fixed("treatments_protocol", on=["DELETE"])),
        Guard(*irreplaceable("treatments_protocol")),
        Guard(*fixed("treatments_protocolline")),
        Guard(*irreplaceable("treatments_protocolline")),
    ]
