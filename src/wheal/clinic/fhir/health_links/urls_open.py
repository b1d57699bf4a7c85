from django.urls import path

from wheal.clinic.fhir.health_links import views

app_name = "shl"
urlpatterns = [
    path("<str:secret>", views.door, name="door"),
    path("<str:secret>/<str:signed>", views.file, name="file"),
]
