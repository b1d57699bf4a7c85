"""A page with nothing but a body map, so that a browser can be let loose on it."""

from __future__ import annotations

import json
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import RequestContext, Template
from django.urls import path

from wheal import bodymap, knowledge
from wheal.clinic import charts, urls

PAGE = """{% extends "base.html" %}{% block keys %}/people/me/device-key/{% endblock %}{% block log_in %}/{% endblock %}{% block top %}{% endblock %}{% block body_class %}room{% endblock %}
{% block content %}{{ map|json_script:"map-state" }}<div class="bench"><div class="bench-map">
{% include "components/body_map.html" with drawing=drawing state_id="map-state" save_url="/save" lay_grid_url="/grid" guard_id="guard" %}
</div><aside class="bench-side"><label for="depth">Depth</label><input id="depth" data-map="depth_mm"><div id="guard"></div></aside></div>
{% endblock %}"""  # noqa: E501
EMPTY = {
    "pass": 1,
    "outline": [],
    "pattern": "square",
    "spacing_cm": 1.0,
    "depth_mm": 6.0,
    "volume_ml": 0.2,
    "points": [],
}


class Store:
    """What the server of the tests holds: one pass, its version, and whether it answers."""

    def __init__(self) -> None:
        self.state, self.version, self.down = dict(EMPTY), 0, False


store = Store()


def page(request: HttpRequest) -> HttpResponse:
    place = bodymap.place("submental", knowledge.current())
    shown = store.state | {
        "version": store.version,
        "standard": place.outline,
        "zones": [],
        "ghosts": [],
    }
    return HttpResponse(
        Template(PAGE).render(RequestContext(request, {"map": shown, "drawing": charts.drawing(place, 1)}))
    )


def device_key(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"secret": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0NTY3ODk="})


def save(request: HttpRequest) -> HttpResponse:
    if store.down:
        return JsonResponse({}, status=503)
    sent = json.loads(request.body)
    if sent.pop("version") != store.version:
        return JsonResponse({}, status=409)
    store.state, store.version = sent, store.version + 1
    return JsonResponse({"version": store.version, "guard": f"<p>{len(sent['points'])} judged</p>"})


def grid(request: HttpRequest) -> HttpResponse:
    sent = json.loads(request.body, parse_float=Decimal)
    outline = [(x, y) for x, y in sent["outline"]]
    return JsonResponse({"points": bodymap.lay_grid(outline, Decimal(sent["spacing_cm"]), sent["pattern"])})


urlpatterns = [
    path("", page),
    path("save", save),
    path("grid", grid),
    path("people/me/device-key/", device_key),
    *urls.urlpatterns,
]
