from django.urls import path

from wheal.clinic.fhir.smart import views_programs

app_name = "programs"
urlpatterns = [
    path("", views_programs.programs, name="list"),
    path("mine/", views_programs.mine, name="mine"),
    path("mine/<int:pk>/take-back/", views_programs.take_back, name="take-back"),
    path("new/", views_programs.new, name="new"),
    path("<int:pk>/end/", views_programs.end, name="end"),
    path("of-patient/<int:patient>/", views_programs.of_patient, name="of-patient"),
    path("<int:pk>/launch/<int:patient>/", views_programs.launch, name="launch"),
]
