from django.urls import path

from wheal.clinic.patients import views_audit

app_name = "audit"
urlpatterns = [
    path("", views_audit.events, name="list"),
    path("audit.csv", views_audit.table, name="table"),
]
