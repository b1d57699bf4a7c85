from django.urls import path

from wheal.clinic.registry import views, views_in

app_name = "registry"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("public/", views.public, name="public"),
    path("agree/", views.agree, name="agree"),
    path("end/", views.end, name="end"),
    path("in/", views_in.letter, name="letter"),
    path("in/<str:digest>/", views_in.part, name="part"),
    path("<slug:code>/", views.measure, name="measure"),
    path("<slug:code>.csv", views.measure_csv, name="measure-csv"),
]
