"""A leave for one patient could lose for whom it was: renewed for less, or given again without the page. What came of
that cannot be told from leave for every patient: what an app holds and names nobody ends, and people are asked anew.
"""

from django.db import migrations
from django.utils import timezone


def end_what_names_nobody(apps, editor) -> None:
    now, held = timezone.now(), apps.get_model("oauth2_provider", "AccessToken").objects
    of_apps = held.filter(application__program__kind="app")
    keys = list(of_apps.exclude(scope__contains="wheal-patient/").values_list("pk", flat=True))
    held.filter(pk__in=keys, expires__gt=now).update(expires=now)
    comes_back = apps.get_model("oauth2_provider", "RefreshToken").objects
    comes_back.filter(access_token__in=keys, revoked=None).update(revoked=now)


class Migration(migrations.Migration):
    dependencies = [
        ("fhir", "0005_who_gave_leave"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
    ]

    operations = [migrations.RunPython(end_what_names_nobody, migrations.RunPython.noop)]
