"""A reaction is tied to other sessions later: a tie may be taken back, and stays what it was."""

from django.db import migrations, models

from wheal.clinic.audit.fixed import Guard, fixed

CHANGED = " OR ".join(
    f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in ("id", "reaction_id", "session_id")
)


class Migration(migrations.Migration):
    dependencies = [("safety", "0012_first_day_not_told")]
    operations = [
        Guard(*reversed(fixed("safety_tie"))),
        migrations.AddField(
            model_name="tie", name="taken_back_at", field=models.DateTimeField(blank=True, null=True)
        ),
        Guard(*fixed("safety_tie", once=CHANGED, on=["UPDATE"])),
        Guard(*fixed("safety_tie", on=["DELETE"])),
    ]
