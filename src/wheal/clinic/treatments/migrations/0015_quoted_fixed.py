"""What was told of a quote stays as it was told."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("treatments", "0014_quoted")]
    operations = [
        Guard(*fixed("treatments_quoted")),
        Guard(*irreplaceable("treatments_quoted")),
    ]
