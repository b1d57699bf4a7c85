from django.db import migrations, models


def administrators_administer(apps, schema_editor):
    members = apps.get_model("people", "Membership").objects.using(schema_editor.connection.alias)
    members.filter(role="administrator").update(administers=True)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="administers",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(administrators_administer, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "administrator"), _negated=True), ("administers", True), _connector="OR"
                ),
                name="an_administrator_administers",
            ),
        ),
    ]
