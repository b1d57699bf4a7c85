"""Who came onto a list after it was opened, and why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("safety", "0014_duties_met")]
    operations = [
        migrations.AddField("reach", "joined_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("reach", "joined_why", models.CharField(blank=True, max_length=20)),
        migrations.AddConstraint(
            "reach",
            models.CheckConstraint(
                condition=models.Q(joined_at=None, joined_why="")
                | (models.Q(joined_at__isnull=False) & ~models.Q(joined_why="")),
                name="joining_a_list_later_is_whole",
            ),
        ),
    ]
