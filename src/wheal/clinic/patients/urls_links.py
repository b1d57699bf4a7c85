"""Short addresses for patients: they are printed, typed and scanned."""

from django.urls import path

from wheal.clinic.patients import views_links

app_name = "links"
urlpatterns = [
    path("<str:text>/", views_links.door, name="door"),
    path("<str:text>/language/", views_links.language, name="language"),
    path("<str:text>/leave/", views_links.leave, name="leave"),
    path("<str:text>/device-key/", views_links.device_key, name="device-key"),
]
