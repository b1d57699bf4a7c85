from django.urls import path

from wheal.clinic.appointments import views, views_booking, views_leaving, views_own

app_name = "appointments"
urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("new/", views_booking.new, name="new"),
    path("visit/", views_booking.visit, name="visit"),
    path("day/", views.of_day, name="of-day"),
    path("patient/<int:patient_pk>/", views.of_patient, name="of-patient"),
    path("patient/<int:patient_pk>/wait/", views_own.wait, name="wait"),
    path("patient/<int:patient_pk>/reminders/", views_own.set_reminders, name="set-reminders"),
    path("<int:pk>/", views.appointment, name="appointment"),
    path("<int:pk>/change/", views_booking.change, name="change"),
    path("<int:pk>/move/", views_booking.move, name="move"),
    path("<int:pk>/arrive/", views_booking.arrive, name="arrive"),
    path("<int:pk>/undo-arrival/", views_booking.undo_arrival, name="undo-arrival"),
    path("<int:pk>/cancel/", views_booking.cancel, name="cancel"),
    path("<int:pk>/miss/", views_booking.miss, name="miss"),
    path("<int:pk>/finish/", views_booking.finish, name="finish"),
    path("<int:pk>/restore/", views_booking.restore, name="restore"),
    path("<int:pk>/offer/", views_own.offer, name="offer"),
    path("waiting/", views_own.waiting, name="waiting"),
    path("waiting/<int:pk>/stop/", views_own.stop_waiting, name="stop-waiting"),
    path("people/<int:pk>/left-open/", views_leaving.left_open, name="left-open"),
    path("people/<int:pk>/hand-over/", views_leaving.hand_over, name="hand-over"),
    path("own/", views_own.own, name="own"),
    path("own/rules/", views_own.decide, name="decide"),
    path("own/feeds/", views_own.make_feed, name="make-feed"),
    path("own/feeds/<int:pk>/revoke/", views_own.revoke_feed, name="revoke-feed"),
    path("feeds/<str:secret>.ics", views_own.feed, name="feed"),
    path("reminders/<str:stop>/", views_own.no_reminders, name="no-reminders"),
]
