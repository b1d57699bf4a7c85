from django.urls import path, register_converter

from wheal.clinic.fhir import converters, views, views_open, views_papers
from wheal.clinic.fhir.bulk import views as bulk
from wheal.clinic.fhir.receiving import summaries
from wheal.clinic.fhir.smart import views as smart

register_converter(converters.Kind, "kind")
register_converter(converters.Identity, "identity")
register_converter(converters.Rest, "rest")
app_name = "fhir"
urlpatterns = [
    path(".well-known/smart-configuration", smart.configuration, name="smart-configuration"),
    path(".well-known/openid-configuration", smart.openid, name="openid-configuration"),
    path("auth/keys", smart.keys, name="keys"),
    path("auth/authorize", smart.authorize, name="authorize"),
    path("auth/token", smart.token, name="token"),
    path("auth/revoke", smart.revoke, name="revoke"),
    path("$export", bulk.system, name="export"),
    path("Patient/$export", bulk.patients, name="export-patients"),
    path("Group/<identity:identity>/$export", bulk.group, name="export-group"),
    path("exports/<identity:pk>", bulk.status, name="export-status"),
    path("exports/<identity:pk>/<identity:number>", bulk.file, name="export-file"),
    path("metadata", views_open.metadata, name="metadata"),
    path("Patient/$import", summaries.take, name="import"),
    path("Patient/<identity:identity>/$everything", views.everything, name="everything"),
    path("Patient/<identity:identity>/$summary", views.summary, name="summary"),
    path("Binary/<identity:identity>", views_papers.binary, name="binary"),
    path("<kind:resource>", views.of_kind, name="of-kind"),
    path("<kind:resource>/_search", views.search, name="search"),
    path("<kind:resource>/<identity:identity>", views.one, name="one"),
    path("<kind:resource>/<identity:identity>/_history", views.history, name="history"),
    path("<kind:resource>/<identity:identity>/_history/<identity:version>", views.version, name="version"),
    path("", views.system, name="system"),
    path("<rest:rest>", views.elsewhere, name="elsewhere"),
]
