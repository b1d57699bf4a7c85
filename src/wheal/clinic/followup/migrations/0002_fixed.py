"""What was measured, answered or scheduled stays as it was written; a correction is a row of its own."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_initial")]
    operations = [
        Guard(*fixed("followup_measure")),
        Guard(*irreplaceable("followup_measure", "replaces_id")),
        *(Guard(*fixed(f"followup_{table}")) for table in ("contact", "ownschedule")),
        *(Guard(*irreplaceable(f"followup_{table}")) for table in ("contact", "ownschedule")),
    ]
