"""What served a signed session stays as it was signed, as its passes and mixes do."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

SIGNED = "(SELECT signed_at FROM treatments_session WHERE id = {row}.session_id) IS NOT NULL"
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


class Migration(migrations.Migration):
    dependencies = [("treatments", "0004_thingused")]
    operations = [
        *(
            Guard(
                *fixed(
                    "treatments_thingused",
                    once=" OR ".join(SIGNED.format(row=row) for row in rows),
                    on=[event],
                )
            )
            for event, rows in ROWS.items()
        ),
        Guard(*irreplaceable("treatments_thingused")),
    ]
