"""The answers of a history are packed when they are written; the column and its rows stay as they are."""

from django.db import migrations

from wheal.clinic.packing import PackedJSONField


class Migration(migrations.Migration):
    dependencies = [("patients", "0004_by_code_point")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="history", name="answers", field=PackedJSONField(default=dict)
                )
            ]
        )
    ]
