"""What a country asks to be reported is settled duty by duty."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [
        ("safety", "0013_ties_taken_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DutyMet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("duty", models.CharField(max_length=40)),
                ("reason", models.TextField(blank=True)),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                (
                    "reaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties_met",
                        to="safety.reaction",
                    ),
                ),
                (
                    "sent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties_met",
                        to="safety.sent",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("sent__isnull", False)),
                            models.Q(("sent", None), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="duty_met_by_a_report_or_a_reason",
                    )
                ],
            },
        ),
        Guard(*fixed("safety_dutymet")),
        Guard(*irreplaceable("safety_dutymet")),
    ]
