"""A measure as one SQL question, in the words that DuckDB and Spark share. Its answer has the columns of `Count`.

Every name in it is a column or code that the knowledge was checked to hold; words are quoted all the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from wheal.knowledge.measuring import Measure
from wheal.measures.counting import Months


def sql(measure: Measure, months: Months = None) -> str:
    """Columns: those of `by`, then of, count, lost, times, days. In no order."""
    ask = {"attack_rate": _attack_rate, "share": _share, "delay": _delay}[measure.shape]
    return ask(measure, _where(measure, months))


def _attack_rate(measure: Measure, where: str) -> str:
    """Cases are few and what they met is fewer. Distinct first, counted afterwards, which costs far less."""
    group, joined = _columns(measure), _columns(measure, "e.")
    return f"""
        WITH onsets AS (
            SELECT DISTINCT person, week FROM events WHERE grade >= {measure.least_grade}{_kinds(measure)}
        ), cases AS (
            SELECT {joined}count(DISTINCT e.person) AS counted FROM {measure.table} e
            JOIN onsets o ON o.person = e.person AND o.week BETWEEN e.week AND e.week + {measure.within_weeks}
            WHERE {where}{_by(joined)}
        ), visits AS (
            SELECT DISTINCT {group}person, session FROM {measure.table} WHERE {where}
        ), persons AS (
            SELECT {group}person, count(*) AS times FROM visits GROUP BY {group}person
        ), people AS (
            SELECT {group}count(*) AS n, sum(times) AS times FROM persons{_by(group)}
        )
        SELECT {_columns(measure, "p.")}p.n AS of_all, coalesce(c.counted, 0) AS counted, 0 AS lost, p.times AS times,
               0 AS days
        FROM people p LEFT JOIN cases c ON {_same(measure)}"""


def _share(measure: Measure, where: str) -> str:
    group = _columns(measure)
    among = f" AND {_is(measure.among)}" if measure.among else ""
    lost = f"count(CASE WHEN {_is(measure.lost)} THEN 1 END)" if measure.lost else "0"
    return f"""
        SELECT {group}count(*) AS of_all, count(CASE WHEN {_is(measure.counts)} THEN 1 END) AS counted,
               {lost} AS lost, 0 AS times, 0 AS days
        FROM {measure.table} WHERE {where}{among}{_by(group)}"""


def _delay(measure: Measure, where: str) -> str:
    group = _columns(measure)
    return f"""
        SELECT {group}count(*) AS of_all, count(*) AS counted, 0 AS lost, 0 AS times, days
        FROM {measure.table} WHERE {where} GROUP BY {group}days"""


def _columns(measure: Measure, table: str = "") -> str:
    return "".join(f"{table}{column}, " for column in measure.by)


def _by(group: str) -> str:
    return f" GROUP BY {group.rstrip(', ')}" if group else ""


def _same(measure: Measure) -> str:
    return " AND ".join(f"p.{column} = c.{column}" for column in measure.by) or "1 = 1"


def _where(measure: Measure, months: Months) -> str:
    first, last = months or ("", "9999-12")
    named = [f"{column} <> ''" for column in measure.by]
    return " AND ".join([f"month BETWEEN {_quoted(first)} AND {_quoted(last)}", *named])


def _kinds(measure: Measure) -> str:
    return f" AND kind IN ({', '.join(map(_quoted, measure.kinds))})" if measure.kinds else ""


def _is(wanted: Mapping[str, str]) -> str:
    return " AND ".join(f"{column} = {_quoted(value)}" for column, value in wanted.items())


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
