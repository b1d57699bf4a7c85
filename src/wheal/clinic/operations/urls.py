from django.urls import path

from wheal.clinic.operations import views

app_name = "operations"
urlpatterns = [
    path("", views.status, name="status"),
    path("live", views.live, name="live"),
    path("ready", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
]
