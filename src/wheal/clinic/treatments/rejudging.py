"""A signed decision made again: the case as it was stored, judged with the knowledge that was archived for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings

from wheal.assessment import Assessment, answer, assess
from wheal.cases import read_stored
from wheal.clinic.treatments import given, record, requirements, suspected
from wheal.clinic.treatments.chart import read_chart, readable
from wheal.clinic.treatments.models import Session
from wheal.findings import Finding, decide, in_order
from wheal.knowledge import Knowledge, KnowledgeError, archive
from wheal.reading import Malformed


@dataclass(slots=True)
class Replay:
    """Keeps each knowledge while many sessions are judged again."""

    loaded: dict[str, Knowledge] = field(default_factory=dict)

    def differences(self, pk: int) -> list[str]:
        """Where the record of a signed session and its judgement made again differ; nothing where they agree."""
        signed = Session.objects.select_related("consent", "clinic").get(pk=pk, signed_at__isnull=False)
        try:
            return list(self._differences(signed))
        except (archive.NotKept, KnowledgeError, Malformed) as problem:
            return [str(problem)]

    def _differences(self, signed: Session) -> Iterator[str]:
        chart = read_chart(readable(Session.objects.all()).get(pk=signed.pk), to_judge=False)
        if not record.is_as_signed(chart, signed):
            yield "the record is not the one that was signed: its digest differs"
        known = self._known(signed.knowledge_digest)
        case = read_stored(json.dumps(signed.document).encode(), known)
        judged = assess(case, known)
        said = list(_of_the_day(signed.judgement))
        blocked = any(row.code in (given.BEFORE, given.AFTER) for row in said)
        made = [row for row in judged.findings if not (blocked and row.code in given.OF_A_BLOCK)]
        again = [
            row for row in requirements.cautions(chart, judged.totals, known) if row.code != suspected.CODE
        ]
        found = in_order([*made, *said, *again])
        whole = Assessment(decide(found), judged.totals, found, known.version, known.digest)
        yield from _between(signed.judgement, json.loads(json.dumps(answer(whole))))

    def _known(self, digest: str) -> Knowledge:
        """As it was archived at the signing. That it is also the knowledge of today is no archive."""
        if digest not in self.loaded:
            self.loaded[digest] = archive.kept(digest, settings.KNOWLEDGE_KEPT)
        return self.loaded[digest]


def _of_the_day(judgement: dict[str, object]) -> Iterator[Finding]:
    """What was blocked or under suspicion when it was signed is known from the record alone."""
    for row in judgement["findings"]:  # type: ignore[attr-defined]
        if row["code"] in (given.BEFORE, given.AFTER, suspected.CODE):
            yield Finding(**{key: row[key] for key in ("code", "severity", "about", "message", "source")})


def _between(was: dict[str, object], now: dict[str, object]) -> Iterator[str]:
    """Decision, totals and findings. The words of a message are no part of the judgement."""
    if was["decision"] != now["decision"]:
        yield f"decision: was {was['decision']}, is {now['decision']}"
    for name in sorted({*was["totals"], *now["totals"]}):
        if was["totals"].get(name) != now["totals"].get(name):
            yield f"total of {name}: was {was['totals'].get(name)}, is {now['totals'].get(name)}"
    before, after = ([_plain(row) for row in said["findings"]] for said in (was, now))
    yield from (f"finding no longer made: {row}" for row in before if row not in after)
    yield from (
        f"finding not made then: {row}"
        for row in after
        if row not in before and row["code"] not in requirements.LATER
    )


def _plain(finding: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in finding.items() if key != "message"}
