"""A request may come without a link: asked at the desk, by telephone or letter. Its guards are taken off for it and put
on again, for SQLite makes the table anew."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

TABLE = "portal_datarequest"
STOOD = ("id", "patient_id", "link_id", "kind", "words", "asked_at")


def once(columns: tuple[str, ...]) -> str:
    changed = [f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns]
    return f"OLD.answered_at IS NOT NULL OR {' OR '.join(changed)}"


def guards(columns: tuple[str, ...]) -> list[tuple[object, object]]:
    return [
        fixed(TABLE, once=once(columns), on=["UPDATE"]),
        fixed(TABLE, on=["DELETE"]),
        irreplaceable(TABLE),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0004_own_acts_fixed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        *(Guard(off, on) for on, off in guards(STOOD)),
        migrations.AddField(
            "datarequest",
            "noted_by",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            "datarequest",
            "link",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.link"
            ),
        ),
        migrations.AlterField(
            "datarequest",
            "kind",
            models.CharField(
                choices=[
                    ("copy", "A copy of my data"),
                    ("correction", "A correction"),
                    ("deletion", "The deletion of my data"),
                    ("move", "My record for another clinic"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            "datarequest",
            models.CheckConstraint(
                condition=Q(link__isnull=False, noted_by=None) | Q(link=None, noted_by__isnull=False),
                name="data_request_says_how_it_came",
            ),
        ),
        *(Guard(on, off) for on, off in guards((*STOOD, "noted_by_id"))),
    ]  # fmt: skip
