"""Who reports and who sends."""

from __future__ import annotations

from wheal.reports import case
from wheal.reports.case import Party, SafetyReport
from wheal.reports.e2b.codes import COUNTRIES, ICH, RELATIONS
from wheal.reports.e2b.values import said
from wheal.reports.tree import Node, node


def first_sender() -> Node:
    author = node("assignedEntity", node("code", code="2", codeSystem=f"{ICH}.1.3"), classCode="ASSIGNED")
    return _related("1", "initialReport", author)


def source(report: SafetyReport) -> Node:
    qualified = node("code", code=case.QUALIFICATIONS[report.qualification], codeSystem=f"{ICH}.1.6")
    entity = _entity(report.reporter, node("asQualifiedEntity", qualified, classCode="QUAL"))
    return _related("2", "sourceReport", entity, first=node("priorityNumber", value="1"))


def _related(code: str, name: str, author: Node, first: Node | None = None) -> Node:
    return node(
        "outboundRelationship",
        first,
        node(
            "relatedInvestigation",
            node("code", code=code, codeSystem=RELATIONS, displayName=name),
            node("subjectOf2", control_act(author), typeCode="SUBJ"),
            classCode="INVSTG",
            moodCode="EVN",
        ),
        typeCode="SPRT",
    )


def control_act(author: Node) -> Node:
    return node("controlActEvent", node("author", author, typeCode="AUT"), classCode="CACT", moodCode="EVN")


def sender(party: Party) -> Node:
    return _entity(party, None, node("code", code="3", codeSystem=f"{ICH}.1.7"))


def _entity(party: Party, qualified: Node | None, code: Node | None = None) -> Node:
    located = node("code", code=party.country, codeSystem=COUNTRIES)
    return node(
        "assignedEntity",
        code,
        node(
            "addr",
            said("streetAddressLine", party.street),
            said("city", party.city),
            said("state", party.state),
            said("postalCode", party.postcode),
        ).or_nothing(),
        node("telecom", value=f"tel:{party.telephone}") if party.telephone else None,
        node("telecom", value=f"mailto:{party.email}") if party.email else None,
        node(
            "assignedPerson",
            node(
                "name",
                said("prefix", party.title),
                said("given", party.given),
                said("family", party.family),
            ).or_nothing(),
            qualified,
            node(
                "asLocatedEntity",
                node("location", located, classCode="COUNTRY", determinerCode="INSTANCE"),
                classCode="LOCE",
            )
            if party.country
            else None,
            classCode="PSN",
            determinerCode="INSTANCE",
        ),
        _organisation(party),
        classCode="ASSIGNED",
    )


def _organisation(party: Party) -> Node:
    inner = node(
        "representedOrganization",
        said("name", party.organisation),
        classCode="ORG",
        determinerCode="INSTANCE",
    )
    return node(
        "representedOrganization",
        said("name", party.department),
        node("assignedEntity", inner, classCode="ASSIGNED"),
        classCode="ORG",
        determinerCode="INSTANCE",
    )
