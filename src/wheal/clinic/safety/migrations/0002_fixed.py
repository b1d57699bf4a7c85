"""What was tried to reach somebody stays as it was written."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("safety", "0001_initial")]
    operations = [
        Guard(*fixed("safety_attempt")),
        Guard(*irreplaceable("safety_attempt")),
        Guard(*fixed("safety_recall", once="OLD.closed_at IS NOT NULL")),
        Guard(*irreplaceable("safety_recall")),
    ]
