from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        Guard(*fixed("audit_event")),
        Guard(*irreplaceable("audit_event")),
    ]
