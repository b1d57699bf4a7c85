from django.db import migrations

from wheal.clinic.audit.fixed import fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunPython(*fixed("audit_event")),
        migrations.RunPython(*irreplaceable("audit_event")),
    ]
