"""The ledger begins with what the shelf, the containers and the sessions tell: received, opened, drawn, injected,
thrown away. Where more was used than was received, the difference is written down as found, and says so.
"""

from collections import defaultdict

from django.db import migrations

from wheal import ledger

AT_ONCE = 200
CARRIED = "carried over from before the ledger"


class Books:
    """What one lot did, from the rows of the apps as they are at this migration."""

    def __init__(self, apps, lot):
        self.movement = apps.get_model("stock", "Movement")
        self.lot, self.size, self.rows, self.unsigned = (
            lot,
            ledger.microlitres(lot.product.container_ml),
            [],
            [],
        )
        self.opened, self.left = 0, defaultdict(int)

    def add(self, kind, volume, at, by, container=None, mix=None, reason="", note=""):
        if volume > 0:
            row = self.movement(
                lot=self.lot, kind=kind, volume_ul=volume, at=at, by_id=by, container=container, mix=mix,
                reason=reason, note=note,
            )  # fmt: skip
            self.rows.append(row)
            return row
        return None

    def receive(self):
        received = self.lot.containers_received * self.size
        self.add("received", received, self.lot.received_at, self.lot.received_by_id, note=CARRIED)

    def open(self, container):
        self.opened += 1
        self.add("opened", self.size, container.opened_at, container.opened_by_id, container)
        self.left[container.pk] += self.size

    def draw(self, part, injected, signed):
        """`injected` None: its session is not signed."""
        at, by = signed or (self.lot.received_at, self.lot.received_by_id)
        if part.container:
            at = at if signed else part.container.opened_at
            lacking = max(part.volume_ul - self.left[part.container.pk], 0)
            self.add("found", lacking, at, by, part.container, note=CARRIED)
            self.left[part.container.pk] += lacking - part.volume_ul
        else:
            self.add("found", part.volume_ul, at, by, note=CARRIED)
        drawn = self.add("drawn", part.volume_ul, at, by, part.container, part.mix_id)
        if injected is None:
            self.unsigned.append((part, drawn))
            return
        self.add("found", injected - part.volume_ul, at, by, part.container, part.mix_id, note=CARRIED)
        self.add("injected", injected, at, by, part.container, part.mix_id)
        self.add("wasted", part.volume_ul - injected, at, by, part.container, part.mix_id, "rest")

    def close(self, container, at, by):
        self.add("wasted", self.left.pop(container.pk, 0), at, by, container, reason="rest")
        container.emptied_at = container.emptied_at or at

    def settle_shelf(self):
        lacking = max(self.opened - self.lot.containers_received, 0)
        self.add("found", lacking * self.size, self.lot.received_at, self.lot.received_by_id, note=CARRIED)
        self.lot.unopened = max(self.lot.containers_received - self.opened, 0)
        self.lot.save(update_fields=["unopened"])


def begin(apps, editor):
    lots = apps.get_model("stock", "Lot").objects.select_related("product").order_by("pk")
    for lot in lots.iterator(chunk_size=AT_ONCE):
        _begin(apps, Books(apps, lot))


def _begin(apps, books):
    parts = apps.get_model("treatments", "MixComponent").objects.filter(lot=books.lot).order_by("pk")
    parts = list(parts.select_related("container", "mix__session"))
    books.receive()
    containers = list(apps.get_model("stock", "Container").objects.filter(lot=books.lot).order_by("pk"))
    for container in containers:
        books.open(container)
    injected = _injected(apps, {part.mix_id for part in parts if part.mix.session.signed_at})
    served = {}
    for part in parts:
        session = part.mix.session
        part.volume_ul = ledger.microlitres(part.volume_ml)
        signed = (session.signed_at, session.signed_by_id) if session.signed_at else None
        books.draw(part, injected.get(part.mix_id, {}).get(part.pk, 0) if signed else None, signed)
        if signed:
            served[part.container_id] = signed
    for container in containers:
        if container.emptied_at:
            books.close(container, container.emptied_at, container.opened_by_id)
        elif books.lot.product.container_kind != "multi_dose" and container.pk in served:
            books.close(container, *served[container.pk])
        container.left_ul = books.left[container.pk]
        container.save(update_fields=["left_ul", "emptied_at"])
    books.settle_shelf()
    books.movement.objects.bulk_create(books.rows, batch_size=500)
    for part, drawn in books.unsigned:
        part.movement = drawn
        part.save(update_fields=["movement"])


def _injected(apps, mixes):
    """Of each mix, by its parts."""
    parts, whole = defaultdict(list), defaultdict(int)
    for some in _pieces(sorted(mixes)):
        for part in apps.get_model("treatments", "MixComponent").objects.filter(mix__in=some).order_by("pk"):
            parts[part.mix_id].append(part)
        for row in apps.get_model("treatments", "Pass").objects.filter(mix__in=some):
            whole[row.mix_id] += ledger.microlitres(row.total_ml)
    return {
        mix: dict(
            zip(
                [part.pk for part in held],
                ledger.shares([ledger.microlitres(part.volume_ml) for part in held], whole[mix]),
                strict=True,
            )
        )
        for mix, held in parts.items()
    }


def _pieces(ids):
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


class Migration(migrations.Migration):
    dependencies = [("treatments", "0008_ledger"), ("stock", "0003_ledger_fixed")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
