"""The ledger is written once, and so are temperatures; lines of papers are fixed when they are booked."""

from django.db import migrations

from wheal.clinic.audit.fixed import fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("stock", "0002_ledger_and_documents")]
    operations = [
        migrations.RunPython(*fixed("stock_movement")),
        migrations.RunPython(*irreplaceable("stock_movement", "takes_back_id")),
        migrations.RunPython(*fixed("stock_reading")),
        migrations.RunPython(*irreplaceable("stock_reading", "takes_back_id")),
        migrations.RunPython(*fixed("stock_deliveryline", once="OLD.movement_id IS NOT NULL")),
        migrations.RunPython(*irreplaceable("stock_deliveryline")),
        migrations.RunPython(*fixed("stock_countline", once="OLD.expected_ul IS NOT NULL")),
        migrations.RunPython(*irreplaceable("stock_countline")),
        migrations.RunPython(*fixed("stock_transferline", once="OLD.arrived_containers IS NOT NULL")),
        migrations.RunPython(*irreplaceable("stock_transferline")),
        migrations.RunPython(*fixed("stock_excursion", once="OLD.settled_at IS NOT NULL")),
        migrations.RunPython(*irreplaceable("stock_excursion", "reading_id")),
    ]
