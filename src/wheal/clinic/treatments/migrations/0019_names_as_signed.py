from django.db import migrations

import wheal.clinic.packing


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0018_suspicion"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="names",
            field=wheal.clinic.packing.PackedJSONField(blank=True, null=True),
        ),
    ]
