from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import PROTECT

REMEMBER = """INSERT INTO registry_destination (enrolment_id, address, first_at, answer)
SELECT id, %s, agreed_at, '' FROM registry_enrolment"""
"""Where earlier enrolments sent was not remembered: to this server, and to the registry that is set now."""


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_contributor")]
    operations = [
        migrations.CreateModel(
            name="Destination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200)),
                ("first_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=20)),
                ("out_at", models.DateTimeField(blank=True, null=True)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="destinations", to="registry.enrolment"
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddConstraint(
            model_name="destination",
            constraint=models.UniqueConstraint(
                fields=["enrolment", "address"], name="one_destination_of_an_enrolment"
            ),
        ),
        migrations.RunSQL(
            [(REMEMBER, [address]) for address in sorted({"", settings.REGISTRY.rstrip("/")})],
            migrations.RunSQL.noop,
        ),
    ]
