from django.urls import path, register_converter

from wheal.clinic.fhir import converters, views, views_open
from wheal.clinic.fhir.smart import views as smart

register_converter(converters.Kind, "kind")
register_converter(converters.Identity, "identity")
app_name = "fhir"
urlpatterns = [
    path(".well-known/smart-configuration", smart.configuration, name="smart-configuration"),
    path("auth/authorize", smart.authorize, name="authorize"),
    path("auth/token", smart.token, name="token"),
    path("auth/revoke", smart.revoke, name="revoke"),
    path("metadata", views_open.metadata, name="metadata"),
    path("Patient/<identity:identity>/$everything", views.everything, name="everything"),
    path("<kind:resource>", views.of_kind, name="of-kind"),
    path("<kind:resource>/_search", views.search, name="search"),
    path("<kind:resource>/<identity:identity>", views.one, name="one"),
    path("<kind:resource>/<identity:identity>/_history", views.history, name="history"),
    path("<kind:resource>/<identity:identity>/_history/<identity:version>", views.version, name="version"),
    path("", views.system, name="system"),
    path("<path:rest>", views.elsewhere, name="elsewhere"),
]
