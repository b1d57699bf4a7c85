"""The guards of the ledger look for each key by itself, as they are written now."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, irreplaceable

GUARDS = (
    irreplaceable("stock_movement", "takes_back_id"),
    irreplaceable("stock_reading", "takes_back_id"),
    irreplaceable("stock_excursion", "reading_id"),
)


class Migration(migrations.Migration):
    dependencies = [("stock", "0009_lot_number_bare")]
    operations = [Guard(*step) for guard in GUARDS for step in (tuple(reversed(guard)), guard)]
