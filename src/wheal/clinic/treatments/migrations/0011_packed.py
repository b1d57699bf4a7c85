"""What is read whole is packed when it is written. The columns stay as they are, and so do the rows that are there."""

from django.db import migrations

from wheal.clinic.packing import PackedJSONField, PackedTextField

PACKED = (
    ("consent", "covers", PackedJSONField()),
    ("consent", "signature", PackedJSONField()),
    ("consent", "text", PackedTextField()),
    ("session", "document", PackedJSONField(blank=True, null=True)),
    ("session", "judgement", PackedJSONField(blank=True, null=True)),
)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0010_places_and_scale")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(model_name=model, name=name, field=field)
                for model, name, field in PACKED
            ]
        )
    ]
