"""The batch, its one message, and the case in it."""

from __future__ import annotations

from collections.abc import Iterator

from wheal.reports.case import SafetyReport
from wheal.reports.e2b.codes import CHARACTERISTICS, FDA_LISTS, ICH, MODELS, NCI, OBSERVATIONS
from wheal.reports.e2b.opinions import comment, opinion_node, role
from wheal.reports.e2b.parties import control_act, first_sender, sender, source
from wheal.reports.e2b.patient import patient_node
from wheal.reports.e2b.values import boolean, coded, no_information
from wheal.reports.elements import day, moment
from wheal.reports.tree import Node, node, written


def message(report: SafetyReport) -> bytes:
    """UTF-8 XML, a batch of one message."""
    created = moment(report.created_at)
    root = node(
        "MCCI_IN200100UV01",
        node("id", extension=report.number, root=f"{ICH}.3.22"),
        node("creationTime", value=created),
        node("responseModeCode", code="D"),
        node("interactionId", extension="MCCI_IN200100UV01", root=MODELS),
        node("name", code="1", displayName="ichicsr", codeSystem=f"{ICH}.1.1"),
        _message(report, created),
        _device("receiver", "RCV", report.receiver.batch, f"{ICH}.3.14"),
        _device("sender", "SND", report.sender_id, f"{ICH}.3.13"),
        ITSVersion="XML_1.0",
    )
    return written(root)


def _message(report: SafetyReport, created: str) -> Node:
    return node(
        "PORR_IN049016UV",
        node("id", extension=report.number, root=f"{ICH}.3.1"),
        node("creationTime", value=created),
        node("interactionId", extension="PORR_IN049016UV", root=MODELS),
        node("processingCode", code="P"),
        node("processingModeCode", code="T"),
        node("acceptAckCode", code="AL"),
        _device("receiver", "RCV", report.receiver.message, f"{ICH}.3.12"),
        _device("sender", "SND", report.sender_id, f"{ICH}.3.11"),
        node(
            "controlActProcess",
            node("code", code="PORR_TE049016UV", codeSystem="2.16.840.1.113883.1.18"),
            node("effectiveTime", value=created),
            node("subject", _investigation(report), typeCode="SUBJ"),
            classCode="CACT",
            moodCode="EVN",
        ),
    )


def _device(name: str, kind: str, extension: str, root: str) -> Node:
    inner = node("id", extension=extension, root=root)
    return node(name, node("device", inner, classCode="DEV", determinerCode="INSTANCE"), typeCode=kind)


def _investigation(report: SafetyReport) -> Node:
    return node(
        "investigationEvent",
        node("id", extension=report.number, root=f"{ICH}.3.1"),
        node("id", extension=report.number, root=f"{ICH}.3.2"),
        node("code", code="PAT_ADV_EVNT", codeSystem="2.16.840.1.113883.5.4"),
        node("text", report.story),
        node("statusCode", code="active"),
        node("effectiveTime", node("low", value=day(report.first_received))),
        node("availabilityTime", value=day(report.latest)),
        node("component", _assessment(report), typeCode="COMP"),
        *_criteria(report),
        first_sender(),
        source(report),
        node("subjectOf1", control_act(sender(report.sender)), typeCode="SUBJ"),
        *_characteristics(report),
        classCode="INVSTG",
        moodCode="EVN",
    )


def _criteria(report: SafetyReport) -> Iterator[Node]:
    yield _event("1", OBSERVATIONS, boolean(False), "additionalDocumentsAvailable")
    yield _event("23", OBSERVATIONS, boolean(report.expedited), "localCriteriaForExpedited")
    if report.receiver.is_fda:
        kind = coded("1" if report.expedited else "2", f"{FDA_LISTS}.1.1")
        yield _event("C54588", NCI, kind, "localCriteriaReportType")
        yield _event("C156384", NCI, boolean(False), "Combination Product Report Indicator")


def _event(code: str, system: str, value: Node, name: str) -> Node:
    coded = node("code", code=code, codeSystem=system, displayName=name)
    return node(
        "component",
        node("observationEvent", coded, value, classCode="OBS", moodCode="EVN"),
        typeCode="COMP",
    )


def _characteristics(report: SafetyReport) -> Iterator[Node]:
    yield _characteristic("1", "ichReportType", coded("1", f"{ICH}.1.2"))
    yield _characteristic("2", "otherCaseIds", no_information())
    if report.amends:
        yield _characteristic("3", "nullificationAmendmentCode", coded("2", f"{ICH}.1.5"))
        reason = node("value", node("originalText", report.amends), **{"xsi:type": "CE"})
        yield _characteristic("4", "nullificationAmendmentReason", reason)


def _characteristic(code: str, name: str, value: Node) -> Node:
    coded = node("code", code=code, codeSystem=CHARACTERISTICS, displayName=name)
    inner = node("investigationCharacteristic", coded, value, classCode="OBS", moodCode="EVN")
    return node("subjectOf2", inner, typeCode="SUBJ")


def _assessment(report: SafetyReport) -> Node:
    return node(
        "adverseEventAssessment",
        node("subject1", patient_node(report), typeCode="SBJ"),
        *(role(product) for product in report.products),
        *(opinion_node(opinion) for opinion in report.opinions),
        comment(report.reporter_comment, "3", "sourceReporter"),
        comment(report.sender_comment, "1", "sender"),
        classCode="INVSTG",
        moodCode="EVN",
    )
