"""The digests of what an event fixed are packed when they are written; the column and its rows stay as they are."""

from django.db import migrations

from wheal.clinic.packing import PackedJSONField


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_nightlyjob")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(model_name="event", name="fixes", field=PackedJSONField(default=dict))
            ]
        )
    ]
