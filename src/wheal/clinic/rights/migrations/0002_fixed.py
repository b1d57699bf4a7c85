from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial")]

    operations = [
        Guard(*fixed("rights_ownterm")),
        Guard(*irreplaceable("rights_ownterm")),
        Guard(*fixed("rights_forgetting")),
        Guard(*irreplaceable("rights_forgetting", "patient_id")),
    ]
