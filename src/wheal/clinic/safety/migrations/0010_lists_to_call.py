"""A list to call is a recall without a lot: whatever several patients met is worked off in the same way."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_device_key"),
        ("safety", "0009_report_photographs_fixed"),
        ("stock", "0006_lot_number_without_case"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Guard(*reversed(irreplaceable("safety_recall"))),
        Guard(*reversed(fixed("safety_recall", once="OLD.closed_at IS NOT NULL"))),
        migrations.AddField(
            model_name="recall",
            name="called",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="recall",
            name="kind",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="recall",
            name="name",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="recall",
            name="since",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="recall",
            name="lot",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recalls",
                to="stock.lot",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="what",
            field=models.CharField(
                choices=[
                    ("quarantined", "Lot set aside"),
                    ("stopped", "Device, water, disinfectant or room stopped"),
                    ("recalled", "Recall opened: everybody who received it is called"),
                    ("listed", "List opened: everybody who met it is called"),
                    ("called", "The exposed called"),
                    ("sampled", "Sample taken or sent"),
                    ("result", "Result of a sample"),
                    ("notified", "Authority or maker told"),
                    ("noted", "Note"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("called", ""), ("kind", ""), ("lot__isnull", False), ("since", None)),
                    models.Q(
                        ("lot", None),
                        ("since__isnull", False),
                        models.Q(("kind", ""), _negated=True),
                        models.Q(("called", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="recall_is_of_a_lot_or_of_what_was_met",
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None), ("lot", None)),
                fields=("clinic", "kind", "name"),
                name="one_open_list_of_what_was_met",
            ),
        ),
        Guard(*fixed("safety_recall", once="OLD.closed_at IS NOT NULL")),
        Guard(*irreplaceable("safety_recall")),
    ]
