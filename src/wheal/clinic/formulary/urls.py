from django.urls import path

from wheal.clinic.formulary import views, views_text

app_name = "formulary"
urlpatterns = [
    path("", views.substances, name="list"),
    path("rules/", views.rules, name="rules"),
    path("practice/", views.practice, name="practice"),
    path("evidence/", views.ledger, name="evidence"),
    path("text/", views_text.check, name="check"),
    path("countries/<str:code>/", views.country, name="country"),
    path("<str:name>/", views.substance, name="substance"),
]
