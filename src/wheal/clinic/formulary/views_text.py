"""A text of the clinic, held against the evidence. It is read and forgotten: nothing of it is kept."""

from __future__ import annotations

from itertools import groupby, pairwise

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from wheal import claims, evidence, knowledge
from wheal.clinic.people.permissions import Permission, permission_required
from wheal.evidence import Flag

LONGEST = 50_000


class TextForm(forms.Form):
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={
            "required": _("Paste a text first."),
            "max_length": _("This text is too long: paste a page at a time."),
        },
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=())

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        names = dict(settings.LANGUAGES)
        self.fields["language"].choices = [(code, names.get(code, code)) for code in claims.LANGUAGES]


@permission_required(Permission.STOCK_SEE)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    asked = request.method == "POST"
    form = TextForm(request.POST if asked else None, initial={"language": request.LANGUAGE_CODE})
    page: dict[str, object] = {"form": form}
    if asked and form.is_valid():
        page |= _found(form.cleaned_data["text"], form.cleaned_data["language"])
    return render(request, "formulary/text.html", page, status=422 if form.errors else 200)


def _found(text: str, language: str) -> dict[str, object]:
    known = knowledge.current()
    flags = evidence.check(text, language, known)
    cards: dict[str, dict[str, object]] = {}
    for number, flag in enumerate(flags, 1):
        instead = evidence.instead(flag.claim, known).get(language, "")
        card = cards.setdefault(flag.claim, {"flag": flag, "instead": instead, "sentences": []})
        card["sentences"].append({"number": number, "text": text[flag.start : flag.end]})
    return {
        "asked": True,
        "text_language": language,
        "number_to_change": sum(flag.verdict != "supported" for flag in flags),
        "to_change": [card for card in cards.values() if card["flag"].verdict != "supported"],
        "supported": [card for card in cards.values() if card["flag"].verdict == "supported"],
        "pieces": list(_pieces(text, flags)),
    }


WORST_FIRST = ("contradicted", "no_evidence", "partly", "supported")


def _pieces(text: str, flags: tuple[Flag, ...]):
    """The text in stretches, with the numbers of what is flagged in each and the worst of its verdicts."""
    edges = sorted({0, len(text), *(edge for flag in flags for edge in (flag.start, flag.end))})
    stretches = [
        (
            text[start:end],
            tuple(at for at, flag in enumerate(flags, 1) if flag.start <= start and end <= flag.end),
        )
        for start, end in pairwise(edges)
    ]
    for numbers, same in groupby(stretches, key=lambda piece: piece[1]):
        verdicts = [flags[number - 1].verdict for number in numbers]
        yield {
            "text": "".join(piece for piece, _numbers in same),
            "numbers": numbers,
            "verdict": min(verdicts, key=WORST_FIRST.index, default=""),
        }
