from django.urls import path

from wheal.clinic.formulary import views_emergency

app_name = "emergency"
urlpatterns = [
    path("", views_emergency.show, name="show"),
    path("worker.js", views_emergency.worker, name="worker"),
]
