from django.urls import path

from wheal.clinic.breakglass import views, views_review

app_name = "breakglass"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("<int:pk>/", views.record, name="record"),
    path("<int:pk>/end/", views.end, name="end"),
    path("openings/", views_review.openings, name="openings"),
    path("openings/waiting/", views_review.waiting, name="waiting"),
    path("openings/badge/", views_review.badge, name="badge"),
    path("openings/<int:pk>/", views_review.opening, name="opening"),
]
