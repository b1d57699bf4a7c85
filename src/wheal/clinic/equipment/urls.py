from django.urls import path

from wheal.clinic.equipment import views, views_found

app_name = "equipment"
urlpatterns = [
    path("", views.things, name="list"),
    path("found/", views_found.found, name="found"),
    path("new/", views.thing_new, name="new"),
    path("<int:pk>/", views.thing, name="thing"),
    path("<int:pk>/edit/", views.thing_edit, name="edit"),
    path("<int:pk>/label.pdf", views.label, name="label"),
    path("<int:pk>.csv", views.log_csv, name="log-csv"),
    path("<int:pk>/test/", views.test, name="test"),
    path("<int:pk>/clean/", views.clean, name="clean"),
    path("<int:pk>/maintain/", views.maintain, name="maintain"),
    path("<int:pk>/block/", views.block, name="block"),
    path("<int:pk>/free/", views.free, name="free"),
    path("<int:pk>/retire/", views.retire, name="retire"),
    path("<int:pk>/take-up/", views.take_up, name="take-up"),
    path("log/<int:pk>/take-back/", views.take_back, name="take-back"),
]
