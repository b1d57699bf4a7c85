from django.urls import path

from wheal.clinic.people import views, views_clinic, views_doors, views_factors, views_mine, views_tokens

app_name = "people"
urlpatterns = [
    path("", views.people, name="list"),
    path("new/", views.new, name="new"),
    path("join/", views.join, name="join"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/password/", views.give_password, name="give-password"),
    path("<int:pk>/second-factor-lost/", views_factors.lost_factor, name="lost-factor"),
    path("<int:pk>/credentials/new/", views.credential_new, name="credential-new"),
    path("credentials/<int:pk>/withdraw/", views.credential_withdraw, name="credential-withdraw"),
    path("invite/", views_doors.invite, name="invite"),
    path("invite/<int:pk>/withdraw/", views_doors.withdraw, name="withdraw-invitation"),
    path("invited/<str:secret>/", views_doors.invited, name="invited"),
    path("tokens/", views_tokens.tokens, name="tokens"),
    path("tokens/new/", views_tokens.token_new, name="token-new"),
    path("tokens/<int:pk>/revoke/", views_tokens.token_revoke, name="token-revoke"),
    path("clinic/", views_clinic.clinic, name="clinic"),
    path("clinic/emergency-number/", views_clinic.emergency_number, name="emergency-number"),
    path("clinic/new/", views_clinic.clinic_new, name="clinic-new"),
    path("setup/", views_clinic.setup, name="setup"),
    path("choose-clinic/", views_mine.choose_clinic, name="choose-clinic"),
    path("other-clinic/", views_mine.other_clinic, name="other-clinic"),
    path("me/", views_mine.me, name="me"),
    path("me/log-ins/<int:pk>/end/", views_doors.end_log_in, name="end-log-in"),
    path("me/log-ins/end-others/", views_doors.end_other_log_ins, name="end-other-log-ins"),
    path("me/second-factor/", views_mine.second_factor, name="second-factor"),
    path("me/told/", views_mine.told_of_access, name="told"),
    path("me/device-key/", views_mine.device_key, name="device-key"),
]
