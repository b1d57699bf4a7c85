"""What was told of a quote stays as it was told."""

from django.db import migrations

from wheal.clinic.audit.fixed import fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("treatments", "0014_quoted")]
    operations = [
        migrations.RunPython(*fixed("treatments_quoted")),
        migrations.RunPython(*irreplaceable("treatments_quoted")),
    ]
