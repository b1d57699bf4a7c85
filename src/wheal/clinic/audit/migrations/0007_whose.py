"""Of an event about several people one row for each, by which they find it; of those that are there already too."""

from itertools import islice

import django.db.models.deletion
from django.db import migrations, models

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable
from wheal.clinic.audit.whose import told


def fill(apps, editor) -> None:
    event_model, whose_model = apps.get_model("audit", "Event"), apps.get_model("audit", "Whose")
    about_several = event_model.objects.filter(detail__has_key="patients").order_by("id")
    rows = (
        whose_model(event_id=event, patient_id=patient)
        for event, detail in about_several.values_list("id", "detail").iterator(chunk_size=500)
        for patient in sorted(told(detail))
    )
    while some := list(islice(rows, 5000)):
        whose_model.objects.bulk_create(some)


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_packed")]
    operations = [
        migrations.CreateModel(
            name="Whose",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("patient_id", models.BigIntegerField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="whose",
                        to="audit.event",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("patient_id", "event"), name="event_is_of_each_person_once"
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        Guard(*fixed("audit_whose")),
        Guard(*irreplaceable("audit_whose")),
    ]
