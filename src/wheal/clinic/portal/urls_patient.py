"""What the link to a patient's own pages opens: see `patients.links`."""

from django.urls import path

from wheal.clinic.portal import (
    views_asking,
    views_history,
    views_home,
    views_keeping,
    views_quotes,
    views_texts,
)

app_name = "portal"
urlpatterns = [
    path("<str:text>/home/", views_home.home, name="home"),
    path("<str:text>/history/", views_history.history, name="history"),
    path("<str:text>/history/save/", views_history.save, name="save-history"),
    path("<str:text>/history/send/", views_history.send, name="send-history"),
    path("<str:text>/texts/<int:pk>/", views_texts.read, name="text"),
    path("<str:text>/texts/<int:pk>/choices/", views_texts.choices, name="choices"),
    path("<str:text>/texts/<int:pk>/sign/", views_texts.sign, name="sign"),
    path("<str:text>/quotes/<int:pk>/", views_quotes.quote, name="quote"),
    path("<str:text>/quotes/<int:pk>/quote.pdf", views_quotes.pdf, name="quote-pdf"),
    path("<str:text>/quotes/<int:pk>/accept/", views_quotes.accept, name="accept-quote"),
    path("<str:text>/quotes/<int:pk>/refuse/", views_quotes.refuse, name="refuse-quote"),
    path("<str:text>/consents/<int:pk>/", views_texts.signed, name="consent"),
    path("<str:text>/consents/<int:pk>/consent.pdf", views_texts.signed_pdf, name="consent-pdf"),
    path("<str:text>/consents/<int:pk>/withdraw/", views_texts.withdraw, name="withdraw-consent"),
    path("<str:text>/questions/", views_asking.questions, name="questions"),
    path("<str:text>/questions/ask/", views_asking.ask, name="ask"),
    path("<str:text>/aftercare/", views_keeping.aftercare, name="aftercare"),
    path("<str:text>/passport/", views_keeping.passport, name="passport"),
    path("<str:text>/passport/passport.pdf", views_keeping.passport_pdf, name="passport-pdf"),
    path("<str:text>/photographs/", views_keeping.photographs, name="photographs"),
    path("<str:text>/photographs/withdraw/", views_keeping.withdraw_photographs, name="withdraw-photographs"),
    path(
        "<str:text>/photographs/<int:pk>/take-back/",
        views_keeping.take_back_reported,
        name="take-back-reported",
    ),
    path("<str:text>/data/", views_asking.data, name="data"),
    path("<str:text>/data/ask/", views_asking.ask_for_data, name="ask-for-data"),
]
