"""What a link opens to a patient: see `patients.links`."""

from django.urls import path

from wheal.clinic.safety.reporting import views

app_name = "report"
urlpatterns = [
    path("<str:text>/report/", views.report, name="write"),
    path("<str:text>/report/save/", views.save, name="save"),
    path("<str:text>/report/send/", views.send, name="send"),
    path("<str:text>/report/<int:pk>/", views.sent, name="sent"),
]
