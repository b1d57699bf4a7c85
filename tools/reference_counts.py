"""How much is held, on what it rests, and what of it nobody has verified."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from reference_pieces import Pieces, table
from wheal.knowledge.check_sources import citations, only_general_knowledge, rules
from wheal.knowledge.cited import Source

PLACE = re.compile(r"\d{4};\s?e?\d+|;\d+(\(\d+\))?:\w+")
"""A year with a volume, as journals are cited."""
SEEN = {
    "abstract": "the abstract",
    "label": "the label, or a section of it",
    "official": "the official page or text",
    "news": "a report of it",
    "memory": "nothing: general knowledge",
    None: "nothing to read: a rule of this project",
}


class Counts(Pieces):
    def counts(self) -> str:
        return self.page(
            "What is held, counted",
            "## Records\n\n" + table(["what", "how many"], self._records()),
            "## Sources by grade\n\n" + table(["grade", "meaning", "sources"], self._grades()),
            "## What of them was read\n\n" + table(["read", "sources"], self._seen()),
            "## Holes\n\n" + table(["what", "how many"], self._holes()),
            self._unverified(),
            self._unlocated(),
        )

    def _records(self) -> Iterator[list[object]]:
        known = self.known
        every = [rule for _, _, rule in rules(known)]
        limits = [limit for held in known.substances.values() for limit in held.limits]
        kinds = Counter(limit.kind for limit in limits)
        yield ["substances", len(known.substances)]
        yield ["— of them with a limit", sum(bool(held.limits) for held in known.substances.values())]
        yield [
            "— of them where none is published",
            sum(it.no_limit_published for it in known.substances.values()),
        ]
        yield ["limits", len(limits)]
        yield from (
            [f"— {self.text(f'word.limit_kind.{kind}').lower()}", kinds[kind]] for kind in sorted(kinds)
        )
        yield ["rules", len(every)]
        yield ["— for everybody", len(known.screening)]
        yield ["— of single substances", sum(len(held.rules) for held in known.substances.values())]
        yield ["— of countries", sum(len(held.rules) for held in known.jurisdictions.values())]
        yield ["— of all these, questions to the clinician", sum(rule.question for rule in every)]
        yield ["rules on sharing a syringe", len(known.compatibility)]
        held, all_of_them = sum(len(it.status) for it in known.substances.values()), self._standings()
        yield ["standings by country", held]
        yield ["— not known: a physician is asked", all_of_them - held]
        yield ["countries", len(known.jurisdictions)]
        yield ["questions of the history", len(known.questions)]
        yield ["areas", len(known.areas)]
        yield ["techniques", len(known.techniques)]
        yield ["notes on technique and preparation", len(known.notes)]
        yield ["— where sources disagree", sum(it.subject == "difference" for it in known.notes.values())]
        yield [
            "ingredients that allergies are asked for",
            sum(len(it.holds) for it in known.substances.values()),
        ]
        yield ["claims", len(known.claims)]
        yield ["harms", len(known.harms)]
        yield ["aftercare sentences", len(known.aftercare)]
        yield ["wordings in each language", len(known.texts_held["en"])]

    def _standings(self) -> int:
        """Every substance in every country: what is not held is said to be so, and never counts as allowed."""
        return len(self.known.substances) * len(self.known.jurisdictions)

    def _grades(self) -> Iterator[list[object]]:
        grades = Counter(source.grade for source in self.known.sources.values())
        yield from ([grade, self.text(f"word.grade.{grade}"), grades[grade]] for grade in sorted(grades))

    def _seen(self) -> Iterator[list[object]]:
        seen = Counter(source.seen for source in self.known.sources.values())
        yield from ([words, seen[how]] for how, words in SEEN.items() if seen[how])

    def _holes(self) -> Iterator[list[object]]:
        known = self.known
        cited = list(citations(known))
        named = {source for _, _, sources in cited for source in sources}
        yield ["statements that name a source", sum(bool(sources) for _, _, sources in cited)]
        yield ["statements without a source", sum(not sources for _, _, sources in cited)]
        asked = known.questions.values()
        yield [
            "history questions that name a source beside the rules they serve",
            sum(bool(it.sources) for it in asked),
        ]
        yield ["sources named that are not held", len(named - set(known.sources))]
        first = set(known.texts_held["en"])
        for language in known.languages[1:]:
            yield [f"wordings missing in `{language}`", len(first - set(known.texts_held[language]))]
            untold = [it for it in known.sources.values() if not (it.as_published or language in it.cite_as)]
            yield [f"sources described in words, but not in `{language}`", len(untold)]
        yield ["sources without a DOI, PMID, number or section to find them by", len(self._unnumbered())]
        printed = [it for _, it in self._unnumbered() if PLACE.search(it.cite)]
        yield ["of these, found by journal, volume and page", len(printed)]

    def _unnumbered(self) -> list[tuple[str, Source]]:
        """The rule of the project itself and general knowledge are no text that could be found."""
        held = sorted(self.known.sources.items())
        return [(name, it) for name, it in held if not it.id and it.grade != "D"]

    def _unlocated(self) -> str:
        rows = [
            f"- `{name}` ({it.grade}): {it.cite}"
            for name, it in self._unnumbered()
            if not PLACE.search(it.cite)
        ]
        return (
            "## Sources that are told in words alone\n\nNo number was found for them in what was read, and none "
            "is made up. Whoever has one may add it (`id` in `sources.toml`).\n\n" + "\n".join(rows)
        )

    def _unverified(self) -> str:
        """What rests on general knowledge, or on a source that was not read."""
        asked = [
            f"- `{file}`: {self.line(self.teller.rules([rule], _substance(file))[0], question=True)[2:]}"
            for file, _, rule in rules(self.known)
            if rule.question
        ]
        pairs = [
            f"- `mixing/{name}.toml`: {self.names(it for it in pair.a if it != '*')} with "
            f"{self.text('when.any_other') if '*' in pair.b else self.names(pair.b)}. {self.sources(pair.sources)}"
            for name, pair in self.known.compatibility.items()
            if pair.question
        ]
        general = [
            f"- `{file}`, {key.removesuffix('.sources')}: {self.sources(sources)}"
            for file, key, sources in citations(self.known)
            if only_general_knowledge(self.known, sources) and (file, key) not in self._asked()
        ]
        return (
            "## What remains unverified\n\n### Questions to the clinician, no rules\n\n" + "\n".join(asked)
            + "\n\n### Questions on sharing a syringe\n\n" + "\n".join(pairs)
            + "\n\n### Other statements that rest on grade D alone\n\n" + ("\n".join(general) or "None.")
        )  # fmt: skip

    def _asked(self) -> set[tuple[str, str]]:
        told = {(file, f"{key}sources") for file, key, rule in rules(self.known) if rule.question}
        return told | {
            (f"mixing/{name}.toml", "sources") for name, it in self.known.compatibility.items() if it.question
        }


def _substance(file: str) -> str:
    folder, _, name = file.partition("/")
    return name.removesuffix(".toml") if folder == "substances" else ""
