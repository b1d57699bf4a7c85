from django.urls import path

from wheal.clinic.patients import views_audit, views_state

app_name = "audit"
urlpatterns = [
    path("", views_audit.events, name="list"),
    path("state/", views_state.state, name="state"),
    path("audit.csv", views_audit.table, name="table"),
]
