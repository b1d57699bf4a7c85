"""The photographs of one report, taken back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0006_link_sent"),
        ("safety", "0015_joined_later"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PhotographsTakenBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("taken_back_at", models.DateTimeField(auto_now_add=True)),
                (
                    "link",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.link",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back",
                        to="safety.patientreport",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("link__isnull", False), ("recorded_by", None)),
                            models.Q(("link", None), ("recorded_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="photographs_taken_back_at_home_or_here",
                    )
                ],
            },
        ),
        Guard(*fixed("safety_photographstakenback")),
        Guard(*irreplaceable("safety_photographstakenback")),
    ]
