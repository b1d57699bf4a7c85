from django.urls import path

from wheal.clinic.portal import views_inbox, views_requests, views_taking_over

app_name = "inbox"
urlpatterns = [
    path("waiting/", views_inbox.waiting, name="waiting"),
    path("seen/<int:pk>/", views_inbox.seen, name="seen"),
    path("<int:pk>/", views_inbox.of_patient, name="of-patient"),
    path("<int:pk>/questions/", views_inbox.thread, name="thread"),
    path("<int:pk>/questions/answer/", views_inbox.answer, name="answer"),
    path("<int:pk>/requests/", views_requests.requests_of, name="requests-of"),
    path("requests/<int:pk>/", views_inbox.request_asked, name="request"),
    path("requests/<int:pk>/answer/", views_inbox.answer_request, name="answer-request"),
    path("answers/<int:pk>/", views_taking_over.own_history, name="own-history"),
    path("answers/<int:pk>/take-over/", views_taking_over.take_over, name="take-over"),
    path("answers/<int:pk>/set-aside/", views_taking_over.set_aside, name="set-aside"),
    path("sessions/<int:pk>/text/", views_inbox.handing, name="handing"),
    path("sessions/<int:pk>/text/hand-over/", views_inbox.hand_over, name="hand-over"),
]
