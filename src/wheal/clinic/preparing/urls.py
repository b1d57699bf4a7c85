"""Pages of the clinic under preparing/."""

from django.urls import path

from wheal.clinic.preparing import views

app_name = "preparing"
urlpatterns = [
    path("patients/<int:pk>/", views.page, name="page"),
    path("patients/<int:pk>/piece/", views.of_patient, name="of-patient"),
    path("patients/<int:pk>/open/", views.open_questions, name="open-questions"),
    path("patients/<int:pk>/agree/", views.agree, name="agree"),
    path("patients/<int:pk>/doctor/", views.name_doctor, name="name-doctor"),
    path("patients/<int:pk>/letter/", views.write_letter, name="write-letter"),
    path("patients/<int:pk>/ask/", views.ask, name="ask"),
    path("behaviours/<int:pk>/tell/", views.tell, name="tell"),
    path("letters/<int:pk>/letter.pdf", views.letter_pdf, name="letter-pdf"),
    path("letters/<int:pk>/sent/", views.note_sending, name="note-sending"),
    path("questions/<int:pk>/answer/", views.answer, name="answer"),
]
