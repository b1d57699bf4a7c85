"""What lots and people are called now, for sessions that were signed before signatures kept names. Once for each lot
and person, and not for each session: a million of them name some thousands."""

from django.conf import settings
from django.db import migrations
from django.db.models import Exists, OuterRef
from django.utils import timezone

from wheal.clinic.audit.fixed import Guard, fixed, irreplaceable

AT_ONCE = 500


def keep(apps, editor):
    lot, component = apps.get_model("stock", "Lot"), apps.get_model("treatments", "MixComponent")
    session, mix = apps.get_model("treatments", "Session"), apps.get_model("treatments", "Mix")
    user, called = apps.get_model("people", "User"), apps.get_model("treatments", "CalledThen")
    now = timezone.now()
    nameless = {"signed_at__isnull": False, "names__isnull": True}
    within = {f"session__{name}": said for name, said in nameless.items()}
    drawn = component.objects.filter(
        lot=OuterRef("pk"), **{f"mix__{name}": said for name, said in within.items()}
    )
    treated = [
        Exists(session.objects.filter(signed_by=OuterRef("pk"), **nameless)),
        Exists(session.objects.filter(practitioner=OuterRef("pk"), **nameless)),
        Exists(mix.objects.filter(preparer=OuterRef("pk"), **within)),
        Exists(mix.objects.filter(checker=OuterRef("pk"), **within)),
    ]
    lots = lot.objects.filter(Exists(drawn)).order_by("pk")
    people = user.objects.filter(treated[0] | treated[1] | treated[2] | treated[3]).order_by("pk")
    rows = [
        called(lot_id=pk, name=name, number=number, expires=expires, kept_at=now)
        for pk, name, number, expires in lots.values_list("pk", "product__name", "number", "expires")
    ]
    rows += [
        called(user_id=pk, name=f"{first} {last}".strip() or username, kept_at=now)
        for pk, first, last, username in people.values_list("pk", "first_name", "last_name", "username")
    ]
    called.objects.bulk_create(rows, batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0020_called_then"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Guard(*fixed("treatments_calledthen")),
        Guard(*irreplaceable("treatments_calledthen", "lot_id", "user_id")),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
