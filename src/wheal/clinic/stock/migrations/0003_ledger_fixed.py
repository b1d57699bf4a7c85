"""The ledger is written once, and so are temperatures; lines of papers are fixed when they are booked."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("stock", "0002_ledger_and_documents")]
    operations = [
        Guard(*fixed("stock_movement")),
        Guard(*irreplaceable("stock_movement", "takes_back_id")),
        Guard(*fixed("stock_reading")),
        Guard(*irreplaceable("stock_reading", "takes_back_id")),
        Guard(*fixed("stock_deliveryline", once="OLD.movement_id IS NOT NULL")),
        Guard(*irreplaceable("stock_deliveryline")),
        Guard(*fixed("stock_countline", once="OLD.expected_ul IS NOT NULL")),
        Guard(*irreplaceable("stock_countline")),
        Guard(*fixed("stock_transferline", once="OLD.arrived_containers IS NOT NULL")),
        Guard(*irreplaceable("stock_transferline")),
        Guard(*fixed("stock_excursion", once="OLD.settled_at IS NOT NULL")),
        Guard(*irreplaceable("stock_excursion", "reading_id")),
    ]
