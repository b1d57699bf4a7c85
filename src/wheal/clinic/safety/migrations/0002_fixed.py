"""What was tried to reach somebody stays as it was written."""

from django.db import migrations

from wheal.clinic.audit.fixed import fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("safety", "0001_initial")]
    operations = [
        migrations.RunPython(*fixed("safety_attempt")),
        migrations.RunPython(*irreplaceable("safety_attempt")),
        migrations.RunPython(*fixed("safety_recall", once="OLD.closed_at IS NOT NULL")),
        migrations.RunPython(*irreplaceable("safety_recall")),
    ]
