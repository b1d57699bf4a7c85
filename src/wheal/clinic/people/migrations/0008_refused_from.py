from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0007_temporary_passwords_end")]
    operations = [
        migrations.CreateModel(
            name="RefusedFrom",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=64, unique=True)),
                ("since", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
            ],
        ),
    ]
