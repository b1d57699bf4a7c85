from django.urls import path

from wheal.clinic.patients import views, views_history, views_links

app_name = "patients"
urlpatterns = [
    path("", views.find, name="find"),
    path("search/", views.search, name="search"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/screening/", views.verdict, name="screening"),
    path("<int:pk>/history/", views_history.history, name="history"),
    path("<int:pk>/history/save/", views_history.save, name="save-history"),
    path("<int:pk>/history/complete/", views_history.complete, name="complete-history"),
    path("<int:pk>/links/", views_links.of_patient, name="links"),
    path("<int:pk>/link/<str:purpose>/", views_links.give, name="give-link"),
    path("links/<int:pk>/", views_links.link, name="link"),
    path("links/<int:pk>/send/", views_links.send, name="send-link"),
    path("links/<int:pk>/end/", views_links.end, name="end-link"),
]
