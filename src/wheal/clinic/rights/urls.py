from django.urls import path

from wheal.clinic.rights import views, views_everything

app_name = "rights"
urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("everything/", views_everything.page, name="everything"),
    path("everything/download/", views_everything.download, name="everything-download"),
    path("term/", views.state_term, name="state-term"),
    path("patients/<int:pk>/", views.patient, name="patient"),
    path("patients/<int:pk>/ground/", views.ground, name="ground"),
    path("patients/<int:pk>/copy.zip", views.copy, name="copy"),
    path("patients/<int:pk>/forget/", views.forget, name="forget"),
]
