from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0007_link_left"),
    ]

    operations = [
        migrations.AddField(
            model_name="history",
            name="filled_in",
            field=models.CharField(blank=True, max_length=30, null=True),
        ),
    ]
