"""The log of a thing is written once: a wrong line is taken back by another."""

from django.db import migrations

from wheal.clinic.audit.fixed import fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("equipment", "0001_initial")]
    operations = [
        migrations.RunPython(*fixed("equipment_care")),
        migrations.RunPython(*irreplaceable("equipment_care", "takes_back_id")),
    ]
