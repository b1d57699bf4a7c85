"""A line of a protocol may ask for a product of several substances. It may be empty: the table keeps its guards."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("treatments", "0015_quoted_fixed")]
    operations = [
        migrations.AddField(
            model_name="protocolline", name="also", field=models.JSONField(blank=True, null=True)
        )
    ]
