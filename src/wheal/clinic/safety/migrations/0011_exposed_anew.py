"""What sessions met is derived anew from the record, with the vials that several patients were given from."""

from django.db import migrations


def forget(apps, editor) -> None:
    apps.get_model("safety", "Exposed").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("safety", "0010_lists_to_call")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
