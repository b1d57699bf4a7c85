from django.urls import path

from wheal.clinic.fhir.health_links import reading

app_name = "passport"
urlpatterns = [path("", reading.read, name="read")]
