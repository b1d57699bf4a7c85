"""What was planned, agreed to, mixed, injected and signed."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from wheal import bodymap
from wheal.clinic.equipment.models import Care, Thing
from wheal.clinic.packing import PackedJSONField, PackedTextField
from wheal.clinic.patients.models import History, Link, Patient
from wheal.clinic.people.models import Clinic, User
from wheal.clinic.stock.models import Container, Lot, Movement, contents_of
from wheal.clinic.treatments.amendments import CORRECTS, Amendment
from wheal.clinic.treatments.models_called import CalledThen
from wheal.clinic.treatments.models_suspicion import Suspicion as Suspicion
from wheal.clinic.treatments.told_quotes import Quoted
from wheal.quantities import Quantity

__all__ = [
    "CORRECTS", "Amendment", "CalledThen", "Consent", "ConsentWithdrawal", "Mix", "MixComponent", "Pass", "Plan",
    "Protocol", "ProtocolLine", "Quoted", "Session", "ThingUsed",
]  # fmt: skip


class Plan(models.Model):
    """What is intended for a patient. Changed freely until a consent was signed for it; a new plan then replaces it."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="plans")
    purpose = models.CharField(max_length=10, blank=True)
    area = models.CharField(max_length=30, blank=True)
    technique = models.CharField(max_length=30, blank=True)
    substances = models.JSONField(default=list)  # ids of the knowledge
    sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    price = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)  # of the whole course
    currency = models.CharField(max_length=3, blank=True)
    note = models.TextField(blank=True)
    draft_version = models.PositiveIntegerField(
        default=0
    )  # counts saves, so that two devices notice each other
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    fixed_when = models.Q(visits__signed_at__isnull=False)
    fixed_columns = (
        "id", "patient_id", "purpose", "area", "technique", "substances", "sessions", "price", "currency", "note",
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.patient}: {self.purpose} {self.area}"


class Consent(models.Model):
    """The exact text that one person signed for one plan. Fixed by the database from the moment it exists."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="consents")
    language = models.CharField(max_length=5)
    text = PackedTextField()  # Markdown, as it was read
    digest = models.CharField(max_length=64)  # SHA-256 of the text
    signed_name = models.CharField(max_length=160)
    signature = PackedJSONField()  # strokes: lists of [x, y] in thousandths of the pad's width
    signed_at = models.DateTimeField()
    witnessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # of the clinic, who was there; empty where it was signed at home, by a link
    link = models.ForeignKey(Link, null=True, on_delete=models.PROTECT, related_name="+")
    covers = (
        PackedJSONField()
    )  # purpose, area, technique, substances, sessions, price: what the text was made from
    knowledge_version = models.CharField(max_length=20)
    knowledge_digest = models.CharField(max_length=64)

    fixed_when = models.Q()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.signed_name} {self.signed_at:%Y-%m-%d}"


class ConsentWithdrawal(models.Model):
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # empty where the patient did it, by a link
    link = models.ForeignKey(Link, null=True, on_delete=models.PROTECT, related_name="+")

    fixed_when = models.Q()

    def __str__(self) -> str:
        return f"{self.consent} withdrawn"


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User | int) -> SessionQuerySet:
        return self.filter(clinic__memberships__user=user, clinic__memberships__ended_at=None)

    def timed(self) -> SessionQuerySet:
        """`was`: the first point, else the signature, else the booking. Its day is that of the clinic's clock."""
        return self.annotate(was=Coalesce("inject_at", "signed_at", "planned_for"))


class Session(models.Model):
    """One visit in which a patient is treated: booked, drawn, checked, signed. Signed is fixed."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="sessions")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="sessions")
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    history = models.ForeignKey(
        History, null=True, blank=True, on_delete=models.PROTECT, related_name="visits"
    )
    consent = models.ForeignKey(
        Consent, null=True, blank=True, on_delete=models.PROTECT, related_name="visits"
    )
    planned_for = models.DateTimeField(db_index=True)
    room = models.CharField(max_length=40, blank=True)
    practitioner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    arrived_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    weight_kg = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)  # on the day
    inject_at = models.DateTimeField(null=True, blank=True)  # when the first point goes in; empty: now
    body_shape = models.PositiveSmallIntegerField(null=True, blank=True)  # of the charts; empty: by the sex
    checklist = models.JSONField(default=dict)  # item -> true
    taken_off = models.JSONField(null=True, blank=True)  # drawings that went: actions/taking_off.py
    draft_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)
    # the signature: all or nothing
    signed_at = models.DateTimeField(null=True, blank=True, db_index=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="signed_sessions",
    )
    signed_role = models.CharField(max_length=20, blank=True)
    decision = models.CharField(max_length=10, blank=True)  # go or refer: nothing else can be signed
    reason = models.TextField(blank=True)  # the physician's, where the decision was refer
    judgement = PackedJSONField(null=True, blank=True)  # the assessment's answer as it stood at signing
    document = PackedJSONField(null=True, blank=True)  # the case that was judged
    names = PackedJSONField(null=True, blank=True)  # of lots, products and people, as signed: called.py
    given = models.JSONField(
        null=True, blank=True
    )  # day, area and dose of each substance, for later sessions' limits
    record_digest = models.CharField(max_length=64, blank=True)  # SHA-256 over all that is fixed
    knowledge_version = models.CharField(max_length=20, blank=True)
    knowledge_digest = models.CharField(max_length=64, blank=True)

    fixed_when = models.Q(signed_at__isnull=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["planned_for", "id"]
        indexes = [
            models.Index(fields=["clinic", "planned_for"]),
            models.Index(fields=["patient", "-planned_for"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(signed_at=None, signed_by=None, decision="")
                | models.Q(signed_at__isnull=False, signed_by__isnull=False, decision="go")
                | (
                    models.Q(
                        signed_at__isnull=False,
                        signed_by__isnull=False,
                        decision="refer",
                        signed_role="physician",
                    )
                    & ~models.Q(reason="")
                ),
                name="session_signature_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.patient} {self.planned_for:%Y-%m-%d %H:%M}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


class Protocol(models.Model):
    """A clinic's own recipe of a mix. Each version is a row of its own and stays as it was written."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="protocols")
    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(
        null=True, blank=True
    )  # no longer offered; a newer version retires the older

    fixed_when = models.Q()
    fixed_columns = ("id", "clinic_id", "name", "version", "note", "written_at", "written_by_id")

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "name", "version"], name="protocol_version_is_unique_in_clinic"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.version}"


class ProtocolLine(models.Model):
    """So many mL of a substance in a strength, or of several in one product: whichever product and lot is at hand."""

    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="lines")
    substance = models.CharField(max_length=60)
    strength = models.DecimalField(max_digits=12, decimal_places=4)
    strength_unit = models.CharField(max_length=20)
    also = models.JSONField(null=True, blank=True)  # what else such a product holds, as `Product.also`
    volume_ml = models.DecimalField(max_digits=8, decimal_places=3)

    fixed_when = models.Q()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.volume_ml} mL {self.substance}"

    @property
    def concentration(self) -> Quantity:
        return Quantity.of(self.strength, self.strength_unit)

    @property
    def contents(self) -> list[tuple[str, Quantity]]:
        return contents_of(self)


class Mix(models.Model):
    """One syringe filling of a session: what was drawn from which lots, by whom and when."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="mixes")
    label = models.CharField(max_length=2)  # A, B, C: how the room calls it
    prepared_by = models.CharField(max_length=20, blank=True)  # pharmacy or chairside
    batch = models.CharField(
        max_length=40, null=True, blank=True
    )  # the pharmacy's own number for what it made
    prepared_at = models.DateTimeField(null=True, blank=True)
    preparer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    protocol = models.ForeignKey(
        Protocol, null=True, blank=True, on_delete=models.PROTECT, related_name="mixes"
    )
    code = models.CharField(max_length=14, null=True, blank=True)  # on the label of the syringe
    scanned_at = models.DateTimeField(null=True, blank=True)  # the syringe, before it was injected
    scanned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    thrown_ml = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    draft_version = models.PositiveIntegerField(default=0)

    fixed_when = models.Q(session__signed_at__isnull=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "label"], name="mix_label_is_unique_in_session"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(code__isnull=False), name="mix_code_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.label}"


class MixComponent(models.Model):
    """A volume drawn from one lot. Strength is copied so that a later change of the product alters nothing."""

    mix = models.ForeignKey(Mix, on_delete=models.CASCADE, related_name="components")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="drawn")
    container = models.ForeignKey(
        Container, null=True, blank=True, on_delete=models.PROTECT, related_name="drawn"
    )
    substance = models.CharField(max_length=60)
    strength = models.DecimalField(max_digits=12, decimal_places=4)
    strength_unit = models.CharField(max_length=20)
    also = models.JSONField(null=True, blank=True)  # what else the product holds, copied like the strength
    volume_ml = models.DecimalField(max_digits=8, decimal_places=3)
    movement = models.ForeignKey(
        Movement, null=True, blank=True, on_delete=models.PROTECT, related_name="drawn"
    )  # the row of the ledger that it came by

    fixed_when = models.Q(mix__session__signed_at__isnull=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.volume_ml} mL {self.substance}"

    @property
    def concentration(self) -> Quantity:
        return Quantity.of(self.strength, self.strength_unit)

    @property
    def contents(self) -> list[tuple[str, Quantity]]:
        """Every substance of the product with its strength as it was drawn, the one it is named by first."""
        others = [(code, Quantity.of(Decimal(strength), unit)) for code, strength, unit in self.also or ()]
        return [(self.substance, self.concentration), *others]


class Pass(models.Model):
    """One mix, one area, one technique: its points in one packed column, with what they add up to beside them."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="passes")
    mix = models.ForeignKey(Mix, on_delete=models.PROTECT, related_name="passes")
    order = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=30)
    technique = models.CharField(max_length=30)
    chart = models.CharField(max_length=30, null=True, blank=True)  # of the area; NULL: its first one
    side = models.CharField(max_length=5, null=True, blank=True)  # left, right, "" both; NULL: not said
    ruler = models.JSONField(null=True, blank=True)  # [[x, y], [x, y]]: what was measured on the patient
    ruler_cm = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    outline = models.JSONField(default=list)  # [[x, y], …] in tenths of a millimetre on the area's chart
    area_cm2 = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True
    )  # of the outline, on the patient
    pattern = models.CharField(max_length=10, default="square")  # square, hexagonal, line, free
    spacing_cm = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True
    )  # asked of the grid
    nearest_cm = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True
    )  # found: the two nearest points
    depth_mm = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    volume_ml = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)  # of each point
    points = models.BinaryField(default=bytes)  # `wheal.bodymap.pack_points`
    count = models.PositiveIntegerField(default=0)
    total_ml = models.DecimalField(max_digits=8, decimal_places=3, default=0)
    draft_version = models.PositiveIntegerField(default=0)

    fixed_when = models.Q(session__signed_at__isnull=False)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"{self.session} {self.area} × {self.count}"

    @property
    def scale(self) -> bodymap.Scale:
        """Of the chart, where a distance was measured on the patient."""
        if self.ruler_cm is None:
            return bodymap.CHART
        one, other = ((x, y) for x, y in self.ruler)
        return bodymap.measured((one, other), self.ruler_cm)


class ThingUsed(models.Model):
    """A device, lot of needles, water point, disinfectant or room that served a session, and its last cleaning."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="things")
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="used")
    cleaning = models.ForeignKey(
        Care, null=True, blank=True, on_delete=models.PROTECT, related_name="served"
    )  # the last one when it was chosen
    chosen_at = models.DateTimeField(auto_now_add=True)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    fixed_when = models.Q(session__signed_at__isnull=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "thing"], name="thing_is_used_once_in_a_session")
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.thing}"
