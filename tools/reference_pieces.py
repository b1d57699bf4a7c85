"""What every page of the reference is made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from wheal.knowledge import Knowledge
from wheal.telling import Line, NoteLine, Teller

MADE = "*Made from the knowledge ({version}) by `make docs`; do not edit.*"
SEVERITY = {"stop": "Stop", "refer": "A physician decides", "caution": "Caution", "info": "To note"}


class Pieces:
    """Tells in English, as things stand on the day of the knowledge's version."""

    def __init__(self, known: Knowledge) -> None:
        year, month, day = (int(part) for part in known.version.split(".")[:3])
        self.known = known
        self.teller = Teller("en", date(year, month, day), known)

    def text(self, key: str) -> str:
        return self.known.text(key, "en")

    def name(self, code: str) -> str:
        return self.known.name(code, "en")

    def names(self, codes: Iterable[str]) -> str:
        return ", ".join(self.name(code) for code in codes)

    def page(self, title: str, *parts: str) -> str:
        return "\n\n".join(
            [f"# {title}", MADE.format(version=self.known.version), *(part for part in parts if part)]
        )

    def sources(self, ids: Iterable[str]) -> str:
        return "; ".join(f"`{source}`" for source in ids)

    def line(self, line: Line, *, question: bool = False) -> str:
        head = "Question to the clinician" if question else SEVERITY[line.severity]
        when = f" *When: {line.when}.*" if line.when else ""
        since = f" In force since {line.since}." if line.since else ""
        return f"- **{head}** (`{line.code}`): {line.text}{when}{since} {self.sources(line.sources)}"

    def lines(self, title: str, lines: Iterable[Line], *, question: bool = False) -> str:
        told = [self.line(line, question=question) for line in lines]
        return f"## {title}\n\n" + "\n".join(told) if told else ""

    def note(self, line: NoteLine, *, about: bool = False) -> str:
        whose = [self.name(code) for code in (*line.jurisdictions, *(line.about if about else ()))]
        head = f"({', '.join(whose)}) " if whose else ""
        doubt = " *Not verified.*" if line.question else ""
        return f"- {head}{line.text}{doubt} (`{line.name}`) {self.sources(line.sources)}"

    def cited(self, ids: Iterable[str]) -> str:
        rows = ["| source | grade | cited as |", "| --- | --- | --- |"]
        for source in ids:
            held = self.known.sources[source]
            found = f" · {held.id}" if held.id and held.id not in held.cite else ""
            rows.append(f"| `{source}` | {held.grade} | {held.cite}{found} |")
        return "## Sources\n\n" + "\n".join(rows)


def table(head: list[str], rows: Iterable[list[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
