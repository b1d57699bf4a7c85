"""Signed is fixed: the database itself refuses to change or delete what was signed.

Signing is one UPDATE of a row that is not signed yet, so it passes.
"""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

# table, and how a row of it finds its session
PARTS = {
    "treatments_pass": "{row}.session_id",
    "treatments_mix": "{row}.session_id",
    "treatments_mixcomponent": "(SELECT session_id FROM treatments_mix WHERE id = {row}.mix_id)",
}
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def signed(owner: str, event: str) -> str:
    """True where the row belongs, or would belong, to a signed session."""
    return " OR ".join(
        f"(SELECT signed_at FROM treatments_session WHERE id = {owner.format(row=row)}) IS NOT NULL"  # noqa: S608 (our own names)
        for row in ROWS[event]
    )


class Migration(migrations.Migration):
    dependencies = [("treatments", "0001_initial")]
    operations = [
        Guard(*fixed("treatments_consent")),
        Guard(*fixed("treatments_consentwithdrawal")),
        Guard(*fixed("treatments_amendment")),
        Guard(*fixed("treatments_session", once="OLD.signed_at IS NOT NULL")),
        *(
            Guard(*fixed(table, once=signed(owner, event), on=[event]))
            for table, owner in PARTS.items()
            for event in ROWS
        ),
        *(
            Guard(*irreplaceable(table))
            for table in ("treatments_consent", "treatments_amendment", "treatments_session", *PARTS)
        ),
        Guard(*irreplaceable("treatments_consentwithdrawal", "consent_id")),
    ]
