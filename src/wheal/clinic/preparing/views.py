"""Getting ready: what is agreed with the patient, the weight before, the own doctor, what was asked and answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wheal import knowledge
from wheal.clinic import printing
from wheal.clinic.patients import actions as patients
from wheal.clinic.patients.access import patient_or_404
from wheal.clinic.patients.models import Patient
from wheal.clinic.people.permissions import P, may, permission_required
from wheal.clinic.preparing import actions, pages, papers
from wheal.clinic.preparing.actions import PreparingRefused
from wheal.clinic.preparing.forms import (
    OFFERED,
    REASONS,
    AnswerForm,
    BehaviourForm,
    DoctorForm,
    KeptForm,
    LetterForm,
    QuestionForm,
    SendingForm,
    doctor_form,
    on_this_day,
)
from wheal.clinic.preparing.models import Behaviour, Letter, OwnDoctor, Question
from wheal.clinic.treatments.models import Plan

Sent = dict[str, forms.Form]


@permission_required(P.CHART_READ)
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    patient = patient_or_404(request, pk)
    patients.record_opening(patient=patient, part="getting-ready", by=request.user)
    return _shown(request, patient, {})


def _shown(request: HttpRequest, patient: Patient, sent: Sent, status: int = 200) -> HttpResponse:
    """`sent`: forms that came back with errors, by prefix."""
    known, language, today = knowledge.current(), (get_language() or "en")[:2], patient.clinic.day_of()
    history, doctor = pages.last_history(patient), OwnDoctor.objects.filter(patient=patient).first()
    plans = pages.plans_of(patient, known, language)
    letters = Letter.objects.filter(plan__patient=patient).select_related("doctor", "made_by")
    asked = Question.objects.filter(patient=patient).prefetch_related("answers")
    whose = {"doctor": doctor.name if doctor else ""}
    shown = {
        "patient": patient,
        "weight": pages.weight_of(patient, history, today),
        "trials": known.screening[pages.STABLE_WEIGHT].sources,
        "behaviours": [
            (row, _form(sent, KeptForm, f"kept-{row.pk}", on_this_day(today)))
            for row in pages.standing(patient)
        ],
        "behaviour_form": sent.get("behaviour") or BehaviourForm(),
        "offered": OFFERED,
        "doctor": doctor,
        "doctor_form": sent.get("doctor") or doctor_form(doctor, pages.doctor_told(history)),
        "plans": plans,
        "letter_form": sent.get("letter") or LetterForm(None, plans),
        "letters": [
            (row, _form(sent, SendingForm, f"sent-{row.pk}", on_this_day(today)))
            for row in letters.prefetch_related("sendings")
        ],
        "questions": [
            (row, _form(sent, AnswerForm, f"answer-{row.pk}", on_this_day(today) | whose)) for row in asked
        ],
        "question_form": sent.get("question") or QuestionForm(initial=on_this_day(today)),
        "may_write": may(request, P.HISTORY_WRITE),
        "may_ask": may(request, P.PLAN_WRITE),
    }
    return render(request, "preparing/page.html", shown, status=status)


def _form(sent: Sent, kind: type[forms.Form], prefix: str, initial: dict[str, object]) -> forms.Form:
    return sent.get(prefix) or kind(prefix=prefix, initial=initial)


def _done(
    request: HttpRequest, patient: Patient, form: forms.Form, change: Callable[..., object], said: str
) -> HttpResponse:
    """Do it with what was typed, or show the page again with what stands against it."""
    if form.is_valid():
        try:
            change(**form.cleaned_data, by=request.user)
        except PreparingRefused as refused:
            form.add_error(None, REASONS[refused.reason])
        else:
            messages.success(request, said)
            return redirect("preparing:page", patient.pk)
    return _shown(request, patient, {str(form.prefix): form}, status=422)


@permission_required(P.CHART_READ)
@require_safe
def of_patient(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of the patient's page: what is agreed, how the weight went, what is still open."""
    patient = patient_or_404(request, pk)
    history = pages.last_history(patient)
    shown = {
        "patient": patient,
        "weight": pages.weight_of(patient, history, patient.clinic.day_of()),
        "behaviours": pages.standing(patient),
        "doctor": OwnDoctor.objects.filter(patient=patient).first(),
        "doctor_told": pages.doctor_told(history),
        "open": pages.open_questions(patient),
    }
    return render(request, "preparing/_of_patient.html", shown)


@permission_required(P.CHART_READ)
@require_safe
def open_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of a session's plan and check: what the own doctor has not answered yet; empty where nothing is open."""
    patient = patient_or_404(request, pk)
    return render(
        request, "preparing/_open.html", {"patient": patient, "open": pages.open_questions(patient)}
    )


@permission_required(P.HISTORY_WRITE)
@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    patient = patient_or_404(request, pk)
    change = partial(actions.agree, patient=patient)
    return _done(request, patient, BehaviourForm(request.POST), change, _("Agreed and written down."))


@permission_required(P.HISTORY_WRITE)
@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    here = Behaviour.objects.filter(patient__clinic=request.clinic).select_related("patient__clinic")
    row = get_object_or_404(here, pk=pk)
    change = partial(actions.tell, behaviour=row)
    form = KeptForm(request.POST, prefix=f"kept-{row.pk}")
    return _done(request, row.patient, form, change, _("Written down."))


@permission_required(P.HISTORY_WRITE)
@require_POST
def name_doctor(request: HttpRequest, pk: int) -> HttpResponse:
    patient = patient_or_404(request, pk)
    change = partial(actions.name_doctor, patient=patient)
    return _done(request, patient, DoctorForm(request.POST), change, _("Written down."))


@permission_required(P.PLAN_WRITE)
@require_POST
def write_letter(request: HttpRequest, pk: int) -> HttpResponse:
    patient, known = patient_or_404(request, pk), knowledge.current()

    def change(plan: int, **typed: object) -> None:
        chosen = Plan.objects.get(pk=plan, patient=patient)
        actions.write_letter(patient=patient, plan=chosen, known=known, **typed)

    plans = pages.plans_of(patient, known, (get_language() or "en")[:2])
    said = _("The letter is written. It leaves when you print it and send it.")
    return _done(request, patient, LetterForm(request.POST, plans), change, said)


def _letter(request: HttpRequest, pk: int) -> Letter:
    here = Letter.objects.filter(plan__patient__clinic=request.clinic)
    return get_object_or_404(here.select_related("plan__patient__clinic", "doctor", "made_by"), pk=pk)


@permission_required(P.CHART_READ)
@require_safe
def letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    letter = _letter(request, pk)
    actions.note_printing(letter=letter, by=request.user)
    return printing.answer(papers.letter_pdf(letter, knowledge.current()), f"letter-{letter.pk}")


@permission_required(P.PLAN_WRITE)
@require_POST
def note_sending(request: HttpRequest, pk: int) -> HttpResponse:
    letter = _letter(request, pk)
    change = partial(actions.note_sending, letter=letter)
    form = SendingForm(request.POST, prefix=f"sent-{letter.pk}")
    return _done(request, letter.plan.patient, form, change, _("Written down."))


@permission_required(P.PLAN_WRITE)
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    patient = patient_or_404(request, pk)
    change = partial(actions.ask, patient=patient)
    return _done(request, patient, QuestionForm(request.POST), change, _("The question is open."))


@permission_required(P.PLAN_WRITE)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    here = Question.objects.filter(patient__clinic=request.clinic).select_related("patient__clinic")
    row = get_object_or_404(here, pk=pk)
    change = partial(actions.answer, question=row)
    form = AnswerForm(request.POST, prefix=f"answer-{row.pk}")
    return _done(request, row.patient, form, change, _("The answer is written down."))
