"""Programs that were registered before may ask who gave them leave, too."""

from django.db import migrations


def sign(apps, schema_editor):
    applications = apps.get_model("oauth2_provider", "Application").objects
    applications.filter(authorization_grant_type="authorization-code").update(algorithm="RS256")


class Migration(migrations.Migration):
    dependencies = [
        ("fhir", "0004_health_links"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
    ]

    operations = [migrations.RunPython(sign, migrations.RunPython.noop)]
