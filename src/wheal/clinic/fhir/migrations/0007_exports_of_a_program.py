"""An export is of the program that asked for it, by its number: two may bear one name. What a program of SMART asked
for before, it finds no more; it goes after its day.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fhir", "0006_for_whom")]

    operations = [
        migrations.RemoveField(model_name="export", name="program"),
        migrations.AddField(
            model_name="export",
            name="program",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="fhir.program"
            ),
        ),
    ]
