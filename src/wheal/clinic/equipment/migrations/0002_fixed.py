"""The log of a thing is written once: a wrong line is taken back by another."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("equipment", "0001_initial")]
    operations = [
        Guard(*fixed("equipment_care")),
        Guard(*irreplaceable("equipment_care", "takes_back_id")),
    ]
