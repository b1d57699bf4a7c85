"""What was sent stays as it was sent; an enrolment that has ended stays ended, and none is deleted."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

ENROLMENT, SENDING = "registry_enrolment", "registry_sending"


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [
        Guard(*fixed(ENROLMENT, once="OLD.ended_at IS NOT NULL", on=["UPDATE"])),
        Guard(*fixed(ENROLMENT, on=["DELETE"])),
        Guard(*irreplaceable(ENROLMENT)),
        Guard(*fixed(SENDING)),
        Guard(*irreplaceable(SENDING)),
    ]
