"""Every event is sealed over the one before it; those that are there already are sealed now, in their order."""

import django.utils.timezone
from django.db import migrations, models

from wheal.clinic.audit.chain import FIRST, seal
from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


def seal_all(apps, editor) -> None:
    event_model = apps.get_model("audit", "Event")
    last = FIRST
    for event in event_model.objects.order_by("id").iterator(chunk_size=500):
        last = seal(last, event)
        event_model.objects.filter(pk=event.pk).update(seal=last)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_fixed")]
    operations = [
        Guard(*reversed(irreplaceable("audit_event"))),
        Guard(*reversed(fixed("audit_event"))),
        migrations.AlterField(
            model_name="event",
            name="at",
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now),
        ),
        migrations.AddField(model_name="event", name="fixes", field=models.JSONField(default=dict)),
        migrations.AddField(
            model_name="event",
            name="seal",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(seal_all, migrations.RunPython.noop),
        Guard(*fixed("audit_event")),
        Guard(*irreplaceable("audit_event")),
    ]
