"""A recipe stays as it was written; it may only be retired."""

from django.db import migrations

from wheal.clinic.audit.fixed import fixed, irreplaceable

STANDS = ("id", "clinic_id", "name", "version", "note", "written_at", "written_by_id")
CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in STANDS)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0006_protocols_and_labels")]
    operations = [
        migrations.RunPython(*fixed("treatments_protocol", once=CHANGED, on=["UPDATE"])),
        migrations.RunPython(*fixed("treatments_protocol", on=["DELETE"])),
        migrations.RunPython(*irreplaceable("treatments_protocol")),
        migrations.RunPython(*fixed("treatments_protocolline")),
        migrations.RunPython(*irreplaceable("treatments_protocolline")),
    ]
