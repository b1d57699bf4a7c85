"""What was planned for a signed session stays as it was signed; the plan itself may still be closed."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

STANDS = ("patient_id", "purpose", "area", "technique", "substances", "sessions", "price", "currency", "note")
SIGNED = "EXISTS (SELECT 1 FROM treatments_session WHERE plan_id = OLD.id AND signed_at IS NOT NULL)"
CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in STANDS)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0002_fixed")]
    operations = [
        Guard(*fixed("treatments_plan", once=f"{SIGNED} AND ({CHANGED})", on=["UPDATE"])),
        Guard(*fixed("treatments_plan", once=SIGNED, on=["DELETE"])),
        Guard(*irreplaceable("treatments_plan")),
    ]
