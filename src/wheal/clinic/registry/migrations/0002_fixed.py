"""What was sent stays as it was sent; an agreement that has ended stays ended, and none is deleted."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

AGREEMENT, SENDING = "registry_agreement", "registry_sending"


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [
        Guard(*fixed(AGREEMENT, once="OLD.ended_at IS NOT NULL", on=["UPDATE"])),
        Guard(*fixed(AGREEMENT, on=["DELETE"])),
        Guard(*irreplaceable(AGREEMENT)),
        Guard(*fixed(SENDING)),
        Guard(*irreplaceable(SENDING)),
    ]
