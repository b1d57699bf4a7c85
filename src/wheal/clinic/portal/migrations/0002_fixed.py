"""What was sent, handed over, asked or said stays as it was; only what the other side did with it is added."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

STANDS = {
    "portal_ownhistory": (
        "id", "patient_id", "link_id", "draft_version", "started_at", "sent_at", "knowledge_version",
        "knowledge_digest",
    ),
    "portal_handedtext": ("id", "session_id", "handed_at", "handed_by_id", "days", "shortened_because"),
    "portal_message": ("id", "patient_id", "text", "written_at", "link_id", "by_id"),
    "portal_datarequest": ("id", "patient_id", "link_id", "kind", "words", "asked_at"),
}  # fmt: skip
JSON = {"portal_ownhistory": "answers", "portal_handedtext": "terms"}  # compared as text on both engines
DONE = {
    "portal_ownhistory": "OLD.checked_at IS NOT NULL",
    "portal_handedtext": "OLD.consent_id IS NOT NULL",
    "portal_message": "OLD.read_at IS NOT NULL",
    "portal_datarequest": "OLD.answered_at IS NOT NULL",
}


def changed(table: str) -> str:
    columns = [f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in STANDS[table]]
    if json := JSON.get(table):
        columns.append(f"CAST(OLD.{json} AS TEXT) <> CAST(NEW.{json} AS TEXT)")
    return f"{DONE[table]} OR {' OR '.join(columns)}"


def once(table: str) -> str:
    """Own answers are a draft until they are sent."""
    return (
        f"OLD.sent_at IS NOT NULL AND ({changed(table)})" if table == "portal_ownhistory" else changed(table)
    )


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [
        *(Guard(*fixed(table, once=once(table), on=["UPDATE"])) for table in STANDS),
        *(
            Guard(
                *fixed(
                    table,
                    once="OLD.sent_at IS NOT NULL" if table == "portal_ownhistory" else "",
                    on=["DELETE"],
                )
            )
            for table in STANDS
        ),
        *(Guard(*irreplaceable(table)) for table in STANDS),
    ]
