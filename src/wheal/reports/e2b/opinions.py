"""What is thought of the case: the role of each product, whether it caused a reaction, comments."""

from __future__ import annotations

from wheal.reports import case
from wheal.reports.case import Opinion, Product
from wheal.reports.e2b.codes import AUTHORS, ICH, OBSERVATIONS
from wheal.reports.e2b.values import coded, text
from wheal.reports.tree import Node, node


def role(product: Product) -> Node:
    kind = node("code", code="20", codeSystem=OBSERVATIONS, displayName="interventionCharacterization")
    return _causality(kind, coded(case.ROLES[product.role], f"{ICH}.1.13"), product=product.key)


def opinion_node(opinion: Opinion) -> Node:
    kind = node("code", code="39", codeSystem=OBSERVATIONS, displayName="causality")
    said_by = node("assignedEntity", node("code", node("originalText", opinion.by)), classCode="ASSIGNED")
    return _causality(
        kind,
        node("value", opinion.result, **{"xsi:type": "ST"}),
        node("methodCode", node("originalText", opinion.method)),
        node("author", said_by, typeCode="AUT"),
        product=opinion.product,
        reaction=opinion.reaction,
    )


def _causality(*parts: Node, product: str, reaction: str = "") -> Node:
    about = node("adverseEffectReference", node("id", root=reaction), classCode="OBS", moodCode="EVN")
    used = node("productUseReference", node("id", root=product), classCode="SBADM", moodCode="EVN")
    inner = node(
        "causalityAssessment",
        *parts,
        node("subject1", about, typeCode="SUBJ") if reaction else None,
        node("subject2", used, typeCode="SUBJ"),
        classCode="OBS",
        moodCode="EVN",
    )
    return node("component", inner, typeCode="COMP")


def comment(words: str, code: str, name: str) -> Node | None:
    if not words:
        return None
    said_by = node(
        "assignedEntity", node("code", code=code, codeSystem=AUTHORS, displayName=name), classCode="ASSIGNED"
    )
    inner = node(
        "observationEvent",
        node("code", code="10", codeSystem=OBSERVATIONS, displayName="comment"),
        text(words),
        node("author", said_by, typeCode="AUT"),
        classCode="OBS",
        moodCode="EVN",
    )
    return node("component1", inner, typeCode="COMP")
