"""What a link opens to a patient: see `patients.links`."""

from django.urls import path

from wheal.clinic.safety.reporting import views, views_photographs

app_name = "report"
urlpatterns = [
    path("<str:text>/report/", views.report, name="write"),
    path("<str:text>/report/save/", views.save, name="save"),
    path("<str:text>/report/send/", views.send, name="send"),
    path("<str:text>/report/photographs/", views_photographs.add, name="add-photograph"),
    path("<str:text>/report/photographs/<int:pk>/", views_photographs.own, name="photograph"),
    path(
        "<str:text>/report/photographs/<int:pk>/out/", views_photographs.take_out, name="take-out-photograph"
    ),
    path("<str:text>/report/<int:pk>/", views.sent, name="sent"),
]
