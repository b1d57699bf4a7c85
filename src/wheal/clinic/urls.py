from django.urls import include, path

from wheal.clinic.fhir.views import system
from wheal.clinic.people.views_mine import no_such_page, password_forgotten, set_language

urlpatterns = [
    path("fhir", system, name="fhir-base"),
    path("fhir/", include("wheal.clinic.fhir.urls")),
    path("health-links/", include("wheal.clinic.fhir.health_links.urls")),
    path("arrivals/", include("wheal.clinic.fhir.arrivals.urls")),
    path("shl/", include("wheal.clinic.fhir.health_links.urls_open")),
    path("passport/", include("wheal.clinic.fhir.health_links.urls_reading")),
    path("programs/", include("wheal.clinic.fhir.smart.urls_programs")),
    path("rights/", include("wheal.clinic.rights.urls")),
    path("", include("wheal.clinic.treatments.urls")),
    path("", include("wheal.clinic.followup.urls")),
    path("patients/", include("wheal.clinic.patients.urls")),
    path("preparing/", include("wheal.clinic.preparing.urls")),
    path("p/", include("wheal.clinic.portal.urls_patient")),
    path("p/", include("wheal.clinic.safety.urls_patient")),
    path("p/", include("wheal.clinic.patients.urls_links")),
    path("from-patients/", include("wheal.clinic.portal.urls")),
    path("photographs/", include("wheal.clinic.photographs.urls")),
    path("safety/", include("wheal.clinic.safety.urls")),
    path("calendar/", include("wheal.clinic.appointments.urls")),
    path("quotes/", include("wheal.clinic.quotes.urls")),
    path("stock/", include("wheal.clinic.stock.urls")),
    path("equipment/", include("wheal.clinic.equipment.urls")),
    path("emergency/", include("wheal.clinic.formulary.urls_emergency")),
    path("formulary/", include("wheal.clinic.formulary.urls")),
    path("emergency-access/", include("wheal.clinic.breakglass.urls")),
    path("people/", include("wheal.clinic.people.urls")),
    path("audit/", include("wheal.clinic.patients.urls_audit")),
    path("registry/", include("wheal.clinic.registry.urls")),
    path("status/", include("wheal.clinic.operations.urls")),
    path("accounts/email/", no_such_page),  # addresses are not how one logs in
    path("accounts/password/set/", no_such_page),
    path("accounts/password/reset/", password_forgotten),
    path("accounts/password/reset/<path:rest>", no_such_page),  # no letter lets anybody in
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", set_language, name="set_language"),  # remembered for the person too
    path("i18n/", include("django.conf.urls.i18n")),
]

handler500 = "wheal.clinic.operations.troubles.answer"
handler400 = "wheal.clinic.operations.troubles.unreadable"
handler404 = "wheal.clinic.patients.views_links.not_found"
