"""Signed is fixed: the database itself refuses to change or delete what was signed.

Signing is one UPDATE of a row that is not signed yet, so it passes. Another engine adds its own text here.
"""

from django.db import migrations

ALWAYS = ("consent", "consentwithdrawal", "amendment")
# table, and how a row of it finds its session
PARTS = (
    ("pass", "{row}.session_id"),
    ("mix", "{row}.session_id"),
    ("mixcomponent", "(SELECT session_id FROM treatments_mix WHERE id = {row}.mix_id)"),
)


def sqlite_triggers() -> dict[str, str]:
    """Name to definition."""
    made = {}
    for table in ALWAYS:
        for verb in ("UPDATE", "DELETE"):
            made[f"treatments_{table}_no_{verb.lower()}"] = _sqlite(table, verb, "")
    for verb in ("UPDATE", "DELETE"):
        made[f"treatments_session_signed_no_{verb.lower()}"] = _sqlite("session", verb, "WHEN OLD.signed_at IS NOT NULL")
    for table, owner in PARTS:
        for verb, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            signed = " OR ".join(
                f"(SELECT signed_at FROM treatments_session WHERE id = {owner.format(row=row)}) IS NOT NULL" for row in rows
            )
            made[f"treatments_{table}_signed_no_{verb.lower()}"] = _sqlite(table, verb, f"WHEN {signed}")
    return made


def _sqlite(table: str, verb: str, when: str) -> str:
    return (
        f"BEFORE {verb} ON treatments_{table} FOR EACH ROW {when} "
        f"BEGIN SELECT RAISE(ABORT, 'treatments_{table}: what was signed is fixed'); END"
    )


TRIGGERS = {"sqlite": sqlite_triggers}


def fix(apps, schema_editor):
    for name, definition in TRIGGERS[schema_editor.connection.vendor]().items():
        schema_editor.execute(f"CREATE TRIGGER {name} {definition}")


def unfix(apps, schema_editor):
    for name in TRIGGERS[schema_editor.connection.vendor]():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("treatments", "0001_initial")]
    operations = [migrations.RunPython(fix, unfix)]
