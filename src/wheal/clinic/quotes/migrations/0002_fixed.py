"""A quote that was handed over stays as it was read; rates, packages, steps and money stay as they were written."""

from django.db import migrations

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

WRITTEN = {
    "quotes_tax": ("id", "clinic_id", "name", "percent", "stated_at", "stated_by_id"),
    "quotes_package": ("id", "clinic_id", "name", "written_at", "written_by_id"),
}
ALWAYS = {
    "quotes_packageline": (),
    "quotes_step": (),
    "quotes_payment": ("takes_back_id",),
}
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


def sent(event: str) -> str:
    """True where the line belongs, or would belong, to a quote that was handed over."""
    return " OR ".join(
        f"(SELECT sent_at FROM quotes_quote WHERE id = {row}.quote_id) IS NOT NULL"  # noqa: S608 (our own names)
        for row in ROWS[event]
    )


class Migration(migrations.Migration):
    dependencies = [("quotes", "0001_initial")]
    operations = [
        *(
            operation
            for table, columns in WRITTEN.items()
            for operation in (
                Guard(*fixed(table, once=changed(columns), on=["UPDATE"])),
                Guard(*fixed(table, on=["DELETE"])),
                Guard(*irreplaceable(table)),
            )
        ),
        *(
            operation
            for table, keys in ALWAYS.items()
            for operation in (
                Guard(*fixed(table)),
                Guard(*irreplaceable(table, *keys)),
            )
        ),
        Guard(*fixed("quotes_quote", once="OLD.sent_at IS NOT NULL")),
        Guard(*irreplaceable("quotes_quote")),
        *(Guard(*fixed("quotes_quoteline", once=sent(event), on=[event])) for event in ROWS),
        Guard(*irreplaceable("quotes_quoteline")),
    ]
