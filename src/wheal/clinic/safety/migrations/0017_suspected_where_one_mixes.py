"""What the alarms that are open suspect is marked where one mixes, as it is for every sighting from now on."""

from django.db import migrations

LOTS = ("lot", "diluent")
THINGS = ("device", "water_point", "disinfectant", "room")


def mark(apps, _editor):
    suspicion = apps.get_model("treatments", "Suspicion")
    for alarm in apps.get_model("safety", "Alarm").objects.filter(closed_at=None):
        sighting = apps.get_model("safety", "Sighting").objects.filter(alarm=alarm).order_by("id").last()
        for kind, number in dict.fromkeys(_named(sighting.suspects if sighting else [])):
            suspicion.objects.get_or_create(
                alarm=alarm.pk,
                kind=kind,
                named=number,
                defaults={"clinic_id": alarm.clinic_id, "since": alarm.opened_at},
            )


def _named(suspects):
    for one in suspects:
        number = int(one["id"].rpartition("-")[2]) if one["id"].rpartition("-")[2].isdecimal() else 0
        if one["kind"] in THINGS or one["id"].startswith("needle-"):
            yield "thing", number
        elif one["kind"] in LOTS:
            yield "lot", number


class Migration(migrations.Migration):
    dependencies = [
        ("safety", "0016_photographs_taken_back"),
        ("treatments", "0018_suspicion"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
