"""What was recorded of a reaction stays; so does every follow-up, judgement, notice and step."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

STANDS = (
    "id", "clinic_id", "patient_id", "source", "reported_on", "recorded_at", "recorded_by_id", "recorded_kind",
    "recorded_onset", "onset_is_about", "warnings", "signs", "description", "treatment", "knowledge_version",
    "knowledge_digest",
)  # fmt: skip
CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in STANDS)
ALWAYS = (
    "safety_tie", "safety_place", "safety_followup", "safety_assessment", "safety_correction", "safety_sighting",
    "safety_step",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("safety", "0004_reactions_and_alarms")]
    operations = [
        Guard(*fixed("safety_reaction", once=CHANGED, on=["UPDATE"])),
        Guard(*fixed("safety_reaction", on=["DELETE"])),
        Guard(*irreplaceable("safety_reaction")),
        *(Guard(*fixed(table)) for table in ALWAYS),
        *(Guard(*irreplaceable(table)) for table in ALWAYS),
        Guard(*fixed("safety_alarm", once="OLD.closed_at IS NOT NULL")),
        Guard(*irreplaceable("safety_alarm")),
        Guard(*fixed("safety_patientreport", once="OLD.sent_at IS NOT NULL")),
        Guard(*irreplaceable("safety_patientreport")),
    ]
