"""The photographs of a report that was sent stay as they were sent."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def sent(event: str) -> str:
    """True where the row belongs, or would belong, to a report that was sent."""
    return " OR ".join(
        f"(SELECT sent_at FROM safety_patientreport WHERE id = {row}.report_id) IS NOT NULL"  # noqa: S608 (our own names)
        for row in ROWS[event]
    )


class Migration(migrations.Migration):
    dependencies = [("safety", "0008_report_photographs")]
    operations = [
        *(Guard(*fixed("safety_reportphotograph", once=sent(event), on=[event])) for event in ROWS),
        Guard(*irreplaceable("safety_reportphotograph")),
    ]
