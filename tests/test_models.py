"""Every model is declared for what it is: changed freely, or fixed by the database once it says so."""

import inspect
import re
from pathlib import Path

from django.apps import apps
from django.db import models

from wheal.clinic import vault_rows

ALWAYS_FIXED = {
    "audit.Event",
    "audit.Whose",
    "treatments.Consent",
    "treatments.ConsentWithdrawal",
    "treatments.Amendment",
    "treatments.CalledThen",
    "safety.Attempt",
    "safety.Sent",
    "safety.Receipt",
    "safety.DutyMet",
    "safety.Notice",
    "equipment.Care",
    "stock.Movement",
    "registry.Sending",
    "breakglass.Review",
    "breakglass.Opening",  # but for its end and its review, which is given once
    "rights.OwnTerm",
    "rights.Forgetting",
    "stock.Reading",
    "treatments.Protocol",  # but for when it was retired
    "treatments.ProtocolLine",
    "treatments.Quoted",
    "quotes.Tax",  # but for when it was retired
    "quotes.Package",  # but for when it was retired
    "quotes.PackageLine",
    "quotes.Step",
    "quotes.Payment",
    "safety.Reaction",  # as recorded; its course follows in columns of their own
    "safety.Tie",
    "safety.Place",
    "safety.FollowUp",
    "safety.Assessment",
    "safety.Correction",
    "safety.Sighting",
    "safety.Step",
    "followup.Measure",  # a correction is a row of its own
    "followup.Contact",
    "followup.OwnSchedule",
    "preparing.Behaviour",
    "preparing.Kept",  # the newest counts
    "preparing.OwnDoctor",  # the newest holds
    "preparing.Letter",
    "preparing.Sending",
    "preparing.Question",
    "preparing.Answer",
    "photographs.Photograph",  # but for how it is framed and filed, until it is deleted by rule
    "photographs.PhotographConsent",
    "photographs.PhotographConsentWithdrawal",
    "safety.PhotographsTakenBack",
    "portal.HandedText",  # but for when it was read, and the consent that came of it
    "portal.Message",  # but for when the other side read it
    "portal.OwnAct",  # but for who saw it, and when
    "portal.DataRequest",  # but for the answer, which is given once
}
FIXED_ONCE_SIGNED = {
    "registry.Enrolment",  # once ended
    "safety.Declaration",
    "patients.History",
    "stock.DeliveryLine",  # once received
    "stock.CountLine",  # once the count is closed
    "stock.TransferLine",  # once it has arrived
    "stock.Excursion",  # once settled
    "treatments.Session",
    "treatments.Mix",
    "treatments.MixComponent",
    "treatments.Pass",
    "treatments.ThingUsed",
    "quotes.Quote",  # once handed over
    "quotes.QuoteLine",  # with its quote
    "safety.PatientReport",  # once sent
    "safety.ReportPhotograph",  # with its report
    "portal.OwnHistory",  # once sent; who checked it is added once
}
CHANGED_FREELY = {
    "people.Clinic",
    "people.User",
    "people.Membership",
    "people.Credential",
    "people.DeviceKey",
    "people.ServiceToken",
    "people.RefusedFrom",
    "people.LogIn",
    "people.Invitation",
    "patients.Patient",
    "patients.SearchWord",
    "patients.Link",
    "stock.Product",
    "stock.Lot",
    "stock.Container",
    "stock.Supplier",
    "stock.Delivery",
    "stock.Place",
    "stock.Count",
    "stock.Transfer",
    "audit.NightlyJob",
    "equipment.Thing",
    "treatments.Plan",
    "treatments.Suspicion",
    "appointments.Appointment",
    "appointments.Waiting",
    "appointments.Rules",
    "appointments.Feed",
    "appointments.NoReminders",
    "appointments.Reminder",
    "registry.Analysts",
    "registry.Contributor",
    "registry.Destination",
    "registry.Shifts",
    "fhir.Identifier",
    "fhir.Program",
    "fhir.Assertion",
    "fhir.Export",
    "fhir.ExportFile",
    "fhir.HealthLink",
    "safety.Recall",
    "safety.Reach",
    "safety.Alarm",
    "safety.Exposed",
}


def test_every_model_is_declared() -> None:
    ours = {model._meta.label for model in apps.get_models() if model.__module__.startswith("wheal.")}
    assert ours == ALWAYS_FIXED | FIXED_ONCE_SIGNED | CHANGED_FREELY


def test_every_model_that_keeps_files_in_the_vault_is_in_their_checks() -> None:
    """Whoever seals a file says of its rows how it opens: else it could be lost and nobody told."""
    root = Path(vault_rows.__file__).parent
    sealing = {
        path.relative_to(root).parts[0]
        for path in root.rglob("*.py")
        if path.parent != root and re.search(r"all_or_none\(\)|current\(\)\.put\(", path.read_text())
    }
    checked = vault_rows.models()
    assert (
        {model._meta.app_label for model in checked}
        == sealing
        == {"photographs", "safety", "stock", "fhir", "registry"}
    )
    named = re.compile(r"^    (\w+) = models\.CharField\([^)]*\)  # .*in the vault$", re.M)
    for model in apps.get_models():
        if model.__module__.startswith("wheal.") and (found := named.findall(inspect.getsource(model))):
            assert model in checked, f"{model._meta.label}: {found}"


def test_every_model_says_what_it_is_in_words() -> None:
    for label in ALWAYS_FIXED | FIXED_ONCE_SIGNED | CHANGED_FREELY:
        assert apps.get_model(label).__str__ is not models.Model.__str__, label
