"""What was given: the product, its substances, and each dose with its lot."""

from __future__ import annotations

from wheal.quantities import plain
from wheal.reports import case
from wheal.reports.case import Dosage, Ingredient, Product
from wheal.reports.e2b.codes import AUTHORS, ICH, MEDDRA, NDC, OBSERVATIONS, ROUTES
from wheal.reports.e2b.values import interval, said
from wheal.reports.elements import day
from wheal.reports.tree import Node, node


def product_node(product: Product) -> Node:
    kind = node(
        "kindOfProduct",
        node("code", code=product.ndc, codeSystem=NDC) if product.ndc else None,
        node("name", product.name),
        _holder(product.maker) if product.maker else None,
        *(_ingredient(ingredient) for ingredient in product.ingredients),
        classCode="MMAT",
        determinerCode="KIND",
    )
    instance = node(
        "instanceOfKind",
        kind,
        _obtained(product.obtained_in) if product.obtained_in else None,
        classCode="INST",
    )
    given = node(
        "substanceAdministration",
        node("id", root=product.key),
        node("consumable", instance, typeCode="CSM"),
        *(_dosage(dosage) for dosage in product.dosages),
        _indication(product.indication) if product.indication else None,
        _action(product) if product.action else None,
        classCode="SBADM",
        moodCode="EVN",
    )
    return node("component", given, typeCode="COMP")


def _holder(maker: str) -> Node:
    role = node(
        "role",
        node("playingOrganization", node("name", maker), classCode="ORG", determinerCode="INSTANCE"),
        classCode="HLD",
    )
    approval = node("approval", node("holder", role, typeCode="HLD"), classCode="CNTRCT", moodCode="EVN")
    return node("asManufacturedProduct", node("subjectOf", approval, typeCode="SBJ"), classCode="MANU")


def _ingredient(ingredient: Ingredient) -> Node:
    strength = ingredient.strength
    return node(
        "ingredient",
        node(
            "quantity",
            node("numerator", value=plain(strength.value), unit=strength.unit.code),
            node("denominator", value="1", unit="1"),
        )
        if strength
        else None,
        node("ingredientSubstance", node("name", ingredient.name), classCode="MMAT", determinerCode="KIND"),
        classCode="ACTI",
    )


def _obtained(country: str) -> Node:
    where = node(
        "representedOrganization",
        node("addr", node("country", country)),
        classCode="ORG",
        determinerCode="INSTANCE",
    )
    supply = node("code", code="1", codeSystem=f"{ICH}.1.18", displayName="retailSupply")
    performer = node("performer", node("assignedEntity", where, classCode="ASSIGNED"), typeCode="PRF")
    return node(
        "subjectOf",
        node("productEvent", supply, performer, classCode="ACT", moodCode="EVN"),
        typeCode="SBJ",
    )


def _dosage(dosage: Dosage) -> Node:
    dose = dosage.dose
    lot = (
        node(
            "productInstanceInstance",
            node("lotNumberText", dosage.lot),
            classCode="MMAT",
            determinerCode="INSTANCE",
        )
        if dosage.lot
        else None
    )
    kind = node("kindOfProduct", classCode="MMAT", determinerCode="KIND")
    given = node(
        "substanceAdministration",
        said("text", dosage.text),
        interval(day(dosage.on), day(dosage.on)),
        node("routeCode", node("originalText", dosage.route), codeSystem=ROUTES) if dosage.route else None,
        node("doseQuantity", value=plain(dose.value), unit=dose.unit.code) if dose else None,
        node("consumable", node("instanceOfKind", lot, kind, classCode="INST"), typeCode="CSM")
        if lot
        else None,
        classCode="SBADM",
        moodCode="EVN",
    )
    return node("outboundRelationship2", given, typeCode="COMP")


def _indication(words: str) -> Node:
    coded = node("code", code="19", codeSystem=OBSERVATIONS, displayName="indication")
    value = node("value", node("originalText", words), codeSystem=MEDDRA, **{"xsi:type": "CE"})
    said_by = node("code", code="3", codeSystem=AUTHORS, displayName="sourceReporter")
    performer = node("performer", node("assignedEntity", said_by, classCode="ASSIGNED"), typeCode="PRF")
    return node(
        "inboundRelationship",
        node("observation", coded, value, performer, classCode="OBS", moodCode="EVN"),
        typeCode="RSON",
    )


def _action(product: Product) -> Node:
    code = node("code", code=case.ACTIONS[product.action or "unknown"], codeSystem=f"{ICH}.1.15")
    return node("inboundRelationship", node("act", code, classCode="ACT", moodCode="EVN"), typeCode="CAUS")
