from django.db import migrations

from wheal.clinic.audit.fixed import fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_initial")]
    operations = [
        migrations.RunPython(*fixed("patients_history", once="OLD.completed_at IS NOT NULL")),
        migrations.RunPython(*irreplaceable("patients_history")),
    ]
