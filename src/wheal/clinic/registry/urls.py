from django.urls import path

from wheal.clinic.registry import views

app_name = "registry"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("public/", views.public, name="public"),
    path("agree/", views.agree, name="agree"),
    path("end/", views.end, name="end"),
    path("<slug:code>/", views.measure, name="measure"),
    path("<slug:code>.csv", views.measure_csv, name="measure-csv"),
]
