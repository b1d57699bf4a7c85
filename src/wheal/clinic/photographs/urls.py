from django.urls import path

from wheal.clinic.photographs import views, views_consent, views_files, views_one, views_taking

app_name = "photographs"
urlpatterns = [
    path("of/<int:patient_pk>/", views.of_patient, name="of-patient"),
    path("of/<int:patient_pk>/strips/", views.strips, name="strips"),
    path("of/<int:patient_pk>/today/", views.today, name="today"),
    path("of/<int:patient_pk>/take/", views_taking.take, name="take"),
    path("of/<int:patient_pk>/add/", views_taking.add, name="add"),
    path("of/<int:patient_pk>/compare/", views_one.compare, name="compare"),
    path("of/<int:patient_pk>/consent/", views_consent.consent, name="consent"),
    path("of/<int:patient_pk>/consent/give/", views_consent.give, name="give-consent"),
    path("of/<int:patient_pk>/consent/withdraw/", views_consent.withdraw, name="withdraw-consent"),
    path("<int:pk>/", views_one.one, name="one"),
    path("<int:pk>/frame/", views_one.frame, name="frame"),
    path("<int:pk>/file/", views_one.refile, name="refile"),
    path("<int:pk>/delete/", views_one.delete, name="delete"),
    path("<int:pk>/give-out/", views_files.give_out, name="give-out"),
    path("<int:pk>/<slug:kind>", views_files.file, name="file"),
]
