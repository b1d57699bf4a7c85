from django.urls import path

from wheal.clinic.safety import views, views_recall, views_things

app_name = "safety"
urlpatterns = [
    path("", views.safety, name="list"),
    path("lots/<int:pk>/", views.lot, name="lot"),
    path("lots/<int:pk>.csv", views.lot_csv, name="lot-csv"),
    path("patients/<int:pk>/lots/", views.patient, name="patient"),
    path("patients/<int:pk>/alarms/", views.patient_alarms, name="patient-alarms"),
    path("under-way/", views.under_way, name="under-way"),
    path("things/<int:pk>/", views_things.thing, name="thing"),
    path("things/<int:pk>.csv", views_things.thing_csv, name="thing-csv"),
    path("lots/<int:pk>/recall/", views_recall.open_recall, name="open-recall"),
    path("recalls/<int:pk>/", views_recall.recall, name="recall"),
    path("recalls/<int:pk>/close/", views_recall.close, name="close-recall"),
    path("recalls/<int:pk>/letters.pdf", views_recall.letters_pdf, name="letters"),
    path("reach/<int:pk>/", views_recall.attempt, name="attempt"),
]
