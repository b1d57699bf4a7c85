from django.urls import path

from wheal.clinic.safety import views, views_across, views_notices, views_recall, views_things, views_wide
from wheal.clinic.safety.authorities import views as authorities
from wheal.clinic.safety.authorities import views_duties
from wheal.clinic.safety.rates import views as views_rates
from wheal.clinic.safety.reactions import views as views_reactions
from wheal.clinic.safety.reactions import views_tying
from wheal.clinic.safety.reporting import views_photographs
from wheal.clinic.safety.watching import views as views_alarms

app_name = "safety"
urlpatterns = [
    path("", views.safety, name="list"),
    path("lots/<int:pk>/", views.lot, name="lot"),
    path("lots/<int:pk>.csv", views.lot_csv, name="lot-csv"),
    path("lots/<int:pk>.pdf", views.lot_pdf, name="lot-pdf"),
    path("patients/<int:pk>/lots/", views.patient, name="patient"),
    path("patients/<int:pk>/alarms/", views.patient_alarms, name="patient-alarms"),
    path("under-way/", views.under_way, name="under-way"),
    path("things/<int:pk>/", views_things.thing, name="thing"),
    path("things/<int:pk>/recall/", views_things.call_back, name="call-back-thing"),
    path("things/<int:pk>.csv", views_things.thing_csv, name="thing-csv"),
    path("things/<int:pk>.pdf", views_things.thing_pdf, name="thing-pdf"),
    *(
        path(f"{kind}s/<int:pk>{ending}", view, {"kind": kind}, name=f"{kind}{name}")
        for kind in views_wide.KINDS
        for ending, view, name in (
            ("/", views_wide.page, ""),
            (".csv", views_wide.csv, "-csv"),
            (".pdf", views_wide.pdf, "-pdf"),
        )
    ),
    path("lots/<int:pk>/recall/", views_recall.open_recall, name="open-recall"),
    path("notices/new/", views_notices.new, name="notice-new"),
    path("notices/<int:pk>/", views_notices.notice, name="notice"),
    path("recalls/<int:pk>/", views_recall.recall, name="recall"),
    path("products/<int:pk>/recall/", views_recall.open_recalls, name="recall-product"),
    path("recalls/<int:pk>.csv", views_recall.recall_csv, name="recall-csv"),
    path("recalls/<int:pk>/close/", views_recall.close, name="close-recall"),
    path("recalls/<int:pk>/letters.pdf", views_recall.letters_pdf, name="letters"),
    path("across/", views_across.page, name="across"),
    path("declarations/", authorities.declarations, name="declarations"),
    path("reactions/<int:pk>/duties/", views_duties.of_reaction, name="duties"),
    path("reactions/<int:pk>/declare/", authorities.begin, name="begin-declaration"),
    path("declarations/<int:pk>/", authorities.declaration, name="declaration"),
    path("declarations/<int:pk>/save/", authorities.save, name="declaration-save"),
    path("declarations/<int:pk>/finish/", authorities.finish, name="declaration-finish"),
    path("declarations/<int:pk>/sent/", authorities.sent, name="declaration-sent"),
    path("declarations/sent/<int:pk>/receipt/", authorities.receipt, name="declaration-receipt"),
    path("declarations/<int:pk>/<str:form>.pdf", authorities.paper, name="declaration-paper"),
    path("declarations/<int:pk>/e2b.xml", authorities.message, name="declaration-e2b"),
    path("reach/<int:pk>/", views_recall.attempt, name="attempt"),
    path("reactions/", views_reactions.reactions, name="reactions"),
    path("reactions/<int:pk>/", views_reactions.reaction, name="reaction"),
    *(
        path(
            f"reported/<int:pk>/{kind}", views_photographs.of_clinic, {"kind": kind}, name=f"reported-{kind}"
        )
        for kind in ("picture", "thumb")
    ),
    path("reported/<int:pk>/take-back/", views_photographs.take_back, name="take-back-reported"),
    path("reactions/<int:pk>/follow/", views_reactions.follow, name="follow-reaction"),
    path("reactions/<int:pk>/assess/", views_reactions.assess, name="assess-reaction"),
    path("reactions/<int:pk>/sessions/", views_tying.tie, name="tie-reaction"),
    path("reactions/<int:pk>/correct/", views_reactions.correct, name="correct-reaction"),
    path("patients/<int:patient_pk>/reactions/", views_reactions.of_patient, name="patient-reactions"),
    path("patients/<int:patient_pk>/reactions/new/", views_reactions.record, name="record-reaction"),
    path("patients/<int:patient_pk>/reactions/marks/", views_reactions.marks, name="session-marks"),
    path("waiting/", views_reactions.waiting, name="waiting"),
    path("alarms/", views_alarms.alarms, name="alarms"),
    path("alarms/on-the-day/", views_alarms.on_the_day, name="alarms-on-the-day"),
    path("alarms/<int:pk>/", views_alarms.alarm, name="alarm"),
    path("alarms/<int:pk>/line-list.csv", views_alarms.alarm_csv, name="alarm-csv"),
    path("alarms/<int:pk>/act/", views_alarms.act, name="act-on-alarm"),
    path("alarms/<int:pk>/note/", views_alarms.note, name="note-on-alarm"),
    path("alarms/<int:pk>/close/", views_alarms.close, name="close-alarm"),
    path("rates/", views_rates.rates, name="rates"),
]
