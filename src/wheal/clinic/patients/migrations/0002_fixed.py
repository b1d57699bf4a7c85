from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_initial")]
    operations = [
        Guard(*fixed("patients_history", once="OLD.completed_at IS NOT NULL")),
        Guard(*irreplaceable("patients_history")),
    ]
