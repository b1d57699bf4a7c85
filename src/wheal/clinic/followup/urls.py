"""Pages of the clinic under follow-up/, and those of a patient behind the door of a link under p/."""

from django.urls import path

from wheal.clinic.followup import views, views_course, views_own, views_results

app_name = "followup"
urlpatterns = [
    path("follow-up/", views.due_list, name="due"),
    path("follow-up/due.csv", views.due_csv, name="due-csv"),
    path("follow-up/on-the-day/", views.on_the_day, name="on-the-day"),
    path("follow-up/patients/<int:pk>/", views_course.course, name="course"),
    path("follow-up/patients/<int:pk>/piece/", views_course.of_patient, name="of-patient"),
    path("follow-up/patients/<int:pk>/measures.csv", views_course.course_csv, name="course-csv"),
    path("follow-up/patients/<int:pk>/<str:area>/measure/", views_course.measure, name="measure"),
    path("follow-up/patients/<int:pk>/<str:area>/photographs/", views_course.strip, name="strip"),
    path("follow-up/patients/<int:pk>/<str:area>/contact/", views_course.contact, name="contact"),
    path("follow-up/contacts/<int:pk>/take-back/", views_course.take_back, name="take-back"),
    path("weights/<int:pk>/", views_course.weights, name="weights"),
    path("follow-up/measures/<int:pk>/correct/", views_course.correct, name="correct"),
    path("follow-up/results/", views_results.page, name="results"),
    path("follow-up/results.csv", views_results.results_csv, name="results-csv"),
    path("follow-up/schedules/", views_results.schedule_list, name="schedules"),
    path("follow-up/schedules/write/", views_results.write_schedule, name="write-schedule"),
    path("p/<str:text>/follow-up/", views_own.own, name="own"),
    path("p/<str:text>/follow-up/sent/", views_own.own_sent, name="own-sent"),
    path("p/<str:text>/follow-up/piece/", views_own.for_home, name="for-patient"),
]
