from django.urls import path

from wheal.clinic.fhir.arrivals import views

app_name = "arrivals"
urlpatterns = [
    path("", views.look, name="look"),
    path("take/", views.take, name="take"),
]
