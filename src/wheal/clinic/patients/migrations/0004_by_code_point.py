"""Names and numbers are found by their first letters, and lists sorted by folded names, alike on every database."""

from django.db import migrations

from wheal.clinic.postgresql.columns import by_code_point


class Migration(migrations.Migration):
    dependencies = [("patients", "0003_link")]
    operations = [
        migrations.RunPython(*by_code_point("patients_searchword", "word")),
        migrations.RunPython(*by_code_point("patients_patient", "number")),
        migrations.RunPython(*by_code_point("patients_patient", "search_name")),
    ]
