from django.urls import path

from wheal.clinic.fhir.health_links import views

app_name = "health-links"
urlpatterns = [
    path("<int:patient>/", views.links, name="list"),
    path("<int:patient>/<int:pk>/end/", views.end, name="end"),
]
