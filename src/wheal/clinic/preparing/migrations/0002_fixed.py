"""What was agreed, told, written and answered stays as it was written."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

TABLES = ("behaviour", "kept", "owndoctor", "letter", "sending", "question", "answer")


class Migration(migrations.Migration):
    dependencies = [("preparing", "0001_initial")]
    operations = [
        *(Guard(*fixed(f"preparing_{table}")) for table in TABLES),
        *(Guard(*irreplaceable(f"preparing_{table}")) for table in TABLES),
    ]
