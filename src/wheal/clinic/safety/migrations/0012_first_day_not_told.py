"""A report with a red flag does not wait for the first day: where nobody told it, none is recorded."""

from importlib import import_module

from django.db import migrations, models

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

CHANGED = import_module("wheal.clinic.safety.migrations.0005_reactions_fixed").CHANGED


class Migration(migrations.Migration):
    dependencies = [("safety", "0011_exposed_anew")]
    operations = [
        Guard(*reversed(irreplaceable("safety_reaction"))),
        Guard(*reversed(fixed("safety_reaction", on=["DELETE"]))),
        Guard(*reversed(fixed("safety_reaction", once=CHANGED, on=["UPDATE"]))),
        migrations.AlterField(
            model_name="reaction",
            name="recorded_onset",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="reaction",
            name="onset",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="reaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("onset__isnull", False), ("recorded_onset__isnull", False)),
                    models.Q(("recorded_onset", None), ("source", "patient")),
                    _connector="OR",
                ),
                name="reaction_began_on_a_day_or_the_patient_told_none",
            ),
        ),
        Guard(*fixed("safety_reaction", once=CHANGED, on=["UPDATE"])),
        Guard(*fixed("safety_reaction", on=["DELETE"])),
        Guard(*irreplaceable("safety_reaction")),
    ]
