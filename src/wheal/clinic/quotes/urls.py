from django.urls import path

from wheal.clinic.quotes import views, views_draft, views_own

app_name = "quotes"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<int:pk>/", views.quote, name="quote"),
    path("<int:pk>.pdf", views.pdf, name="pdf"),
    path("patient/<int:patient_pk>/", views.of_patient, name="of-patient"),
    path("plan/<int:plan_pk>/", views.of_plan, name="of-plan"),
    path("patient/<int:patient_pk>/begin/", views_draft.begin, name="begin"),
    path("<int:pk>/save/", views_draft.save, name="save"),
    path("<int:pk>/package/", views_draft.add_package, name="add-package"),
    path("<int:pk>/hand-over/", views_draft.hand_over, name="hand-over"),
    path("<int:pk>/discard/", views_draft.discard, name="discard"),
    path("<int:pk>/revise/", views_draft.revise, name="revise"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/refuse/", views.refuse, name="refuse"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/shorten/", views.shorten, name="shorten"),
    path("<int:pk>/money/", views.record_money, name="record-money"),
    path("money/<int:pk>/take-back/", views.take_back, name="take-back"),
    path("prices/", views_own.prices, name="prices"),
    path("prices/tax/", views_own.state_tax, name="state-tax"),
    path("prices/tax/<int:pk>/retire/", views_own.retire_tax, name="retire-tax"),
    path("prices/package/", views_own.write_package, name="write-package"),
    path("prices/package/<int:pk>/retire/", views_own.retire_package, name="retire-package"),
    path("accounts/", views_own.accounts, name="accounts"),
    path("accounts/money.csv", views_own.money_csv, name="money-csv"),
    path("accounts/quotes.csv", views_own.quotes_csv, name="quotes-csv"),
]
