from django.urls import path

from wheal.clinic.treatments import (
    views_day,
    views_map,
    views_papers,
    views_saving,
    views_signing,
    views_steps,
)

app_name = "treatments"
urlpatterns = [
    path("", views_day.day, name="day"),
    path("sessions/new", views_day.book, name="book"),
    path("sessions/<int:pk>/", views_steps.session, name="session"),
    path("sessions/<int:pk>/arrive", views_day.arrive, name="arrive"),
    path("sessions/<int:pk>/cancel", views_day.cancel, name="cancel"),
    path("sessions/<int:pk>/restore", views_day.restore, name="restore"),
    # the seven steps
    path("sessions/<int:pk>/screen/", views_steps.screen, name="screen"),
    path("sessions/<int:pk>/screen/save", views_saving.save_screen, name="save-screen"),
    path("sessions/<int:pk>/plan/", views_steps.plan, name="plan"),
    path("sessions/<int:pk>/plan/save", views_saving.save_plan, name="save-plan"),
    path("sessions/<int:pk>/consent/", views_steps.consent, name="consent"),
    path("sessions/<int:pk>/consent/give", views_signing.give_consent, name="give-consent"),
    path("sessions/<int:pk>/consent/withdraw", views_signing.withdraw_consent, name="withdraw-consent"),
    path("sessions/<int:pk>/mix/", views_steps.mix, name="mix"),
    path("sessions/<int:pk>/mix/new", views_saving.add_mix, name="add-mix"),
    path("sessions/<int:pk>/mix/<int:mix>/save", views_saving.save_mix, name="save-mix"),
    path("sessions/<int:pk>/mix/<int:mix>/draw", views_saving.draw, name="draw"),
    path("sessions/<int:pk>/mix/<int:mix>/remove", views_saving.remove_mix, name="remove-mix"),
    path("sessions/<int:pk>/mix/put-back/<int:component>", views_saving.put_back, name="put-back"),
    path("sessions/<int:pk>/inject/", views_steps.inject, name="inject"),
    path("sessions/<int:pk>/inject/save", views_saving.save_inject, name="save-inject"),
    path("sessions/<int:pk>/inject/pass/new", views_map.add_pass, name="add-pass"),
    path("sessions/<int:pk>/inject/pass/<int:row>/change", views_map.change_pass, name="change-pass"),
    path("sessions/<int:pk>/inject/pass/save", views_map.save_pass, name="save-pass"),
    path("sessions/<int:pk>/inject/grid", views_map.lay_grid, name="lay-grid"),
    path("sessions/<int:pk>/inject/guard", views_map.guard, name="guard"),
    path("sessions/<int:pk>/check/", views_steps.check, name="check"),
    path("sessions/<int:pk>/check/save", views_saving.save_check, name="save-check"),
    path("sessions/<int:pk>/sign/", views_steps.sign, name="sign"),
    path("sessions/<int:pk>/sign/off", views_signing.sign_off, name="sign-off"),
    path("sessions/<int:pk>/amend", views_signing.amend, name="amend"),
    # papers and pieces
    path("sessions/<int:pk>/record.pdf", views_papers.record_pdf, name="record-pdf"),
    path("sessions/<int:pk>/aftercare.pdf", views_papers.aftercare_pdf, name="aftercare-pdf"),
    path("sessions/<int:pk>/consent.pdf", views_papers.consent_pdf, name="consent-pdf"),
    path("visits/<int:patient_pk>/", views_papers.visits, name="visits"),
    path("timeline/<int:patient_pk>/", views_papers.timeline, name="timeline"),
]
