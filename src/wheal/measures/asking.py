"""A measure as one SQL question, in the words that DuckDB and Spark share. Its answer has the columns of `Count`.

Every name in it is a column or code that the knowledge was checked to hold; words are quoted all the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from wheal.knowledge.measuring import Measure
from wheal.measures.counting import Apart, Months


def sql(measure: Measure, months: Months = None, apart: Apart | None = None) -> str:
    """Columns: those of `by`, then of, count, lost, times, days, waiting, so far, unjudged. In no order."""
    ask = {"attack_rate": _attack_rate, "share": _share, "delay": _delay}[measure.shape]
    return ask(measure, _where(measure, months) + (_elsewhere(apart) if apart else ""))


def _attack_rate(measure: Measure, where: str) -> str:
    """Cases are few and what they met is fewer. Distinct first, counted afterwards, which costs far less.

    `told`: by clinic the last week after which N weeks are held of it. A session until then is over.
    """
    group, joined, weeks = _columns(measure), _columns(measure, "e."), measure.within_weeks
    is_in = f"o.week BETWEEN e.week AND e.week + {weeks}"
    return f"""
        WITH told AS (
            SELECT clinic, max(week) - {weeks} AS last FROM (
                SELECT clinic, week FROM {measure.table} UNION ALL SELECT clinic, week FROM events
            ) GROUP BY clinic
        ), onsets AS (
            SELECT DISTINCT person, week, {_judged(measure)} AS judged FROM events
            WHERE {_graded(measure)}{_kinds(measure)}
        ), met AS (
            SELECT {joined}e.person, max(CASE WHEN e.week <= t.last THEN 1 ELSE 0 END) AS is_over,
                   max(CASE WHEN {is_in} THEN 1 + o.judged ELSE 0 END) AS ill
            FROM {measure.table} e JOIN onsets o ON o.person = e.person JOIN told t ON t.clinic = e.clinic
            WHERE {where}{_by(joined + "e.person")}
        ), cases AS (
            SELECT {group}count(CASE WHEN ill = 2 AND is_over = 1 THEN 1 END) AS counted,
                   count(CASE WHEN ill = 2 AND is_over = 0 THEN 1 END) AS so_far,
                   count(CASE WHEN ill = 1 THEN 1 END) AS unjudged
            FROM met WHERE ill > 0{_by(group)}
        ), visits AS (
            SELECT DISTINCT {joined}e.person, e.session, CASE WHEN e.week <= t.last THEN 1 ELSE 0 END AS is_over
            FROM {measure.table} e JOIN told t ON t.clinic = e.clinic WHERE {where}
        ), persons AS (
            SELECT {group}person, count(*) AS times, max(is_over) AS is_over FROM visits GROUP BY {group}person
        ), people AS (
            SELECT {group}count(*) AS n, sum(is_over) AS n_over, sum(times) AS times FROM persons{_by(group)}
        )
        SELECT {_columns(measure, "p.")}p.n_over AS of_all, coalesce(c.counted, 0) AS counted, 0 AS lost,
               p.times AS times, 0 AS days, p.n - p.n_over AS waiting, coalesce(c.so_far, 0) AS so_far,
               coalesce(c.unjudged, 0) AS unjudged
        FROM people p LEFT JOIN cases c ON {_same(measure)} WHERE p.n > 0"""


def _share(measure: Measure, where: str) -> str:
    group = _columns(measure)
    among = f" AND {_is(measure.among)}" if measure.among else ""
    lost = f"count(CASE WHEN {_is(measure.lost)} THEN 1 END)" if measure.lost else "0"
    return f"""
        SELECT {group}count(*) AS of_all, count(CASE WHEN {_is(measure.counts)} THEN 1 END) AS counted,
               {lost} AS lost, 0 AS times, 0 AS days, 0 AS waiting, 0 AS so_far,
               {lost if measure.lost_may_count else "0"} AS unjudged
        FROM {measure.table} e WHERE {where}{among}{_by(group)} HAVING count(*) > 0"""


def _delay(measure: Measure, where: str) -> str:
    group = _columns(measure)
    return f"""
        SELECT {group}count(*) AS of_all, count(*) AS counted, 0 AS lost, 0 AS times, days,
               0 AS waiting, 0 AS so_far, 0 AS unjudged
        FROM {measure.table} e WHERE {where} GROUP BY {group}days"""


def _columns(measure: Measure, table: str = "") -> str:
    return "".join(f"{table}{column}, " for column in measure.by)


def _by(group: str) -> str:
    return f" GROUP BY {group.rstrip(', ')}" if group else ""


def _same(measure: Measure) -> str:
    return " AND ".join(f"p.{column} = c.{column}" for column in measure.by) or "1 = 1"


def _where(measure: Measure, months: Months) -> str:
    first, last = months or ("", "9999-12")
    named = [f"e.{column} <> ''" for column in measure.by]
    return " AND ".join([f"e.month BETWEEN {_quoted(first)} AND {_quoted(last)}", *named])


def _elsewhere(apart: Apart) -> str:
    """Nothing where no group is named."""
    alike = (
        " AND ".join(
            f"x.{column} = {_quoted(value)}" for column, value in zip(apart.measure.by, group, strict=True)
        )
        for group in apart.groups
    )
    among = " OR ".join(f"({one})" for one in alike) or "1 = 0"
    return f" AND NOT EXISTS (SELECT 1 FROM {apart.measure.table} x WHERE x.person = e.person AND ({among}))"


def _judged(measure: Measure) -> str:
    """1 where the event is known to be as grave as is asked, 0 where nobody judged it."""
    unknown = ["grade IS NULL"] if measure.least_grade > 1 else []
    unknown += ["is_serious IS NULL"] if measure.only_serious else []
    return f"CASE WHEN {' OR '.join(unknown)} THEN 0 ELSE 1 END" if unknown else "1"


def _graded(measure: Measure) -> str:
    asked = [f"(grade >= {measure.least_grade} OR grade IS NULL)"] if measure.least_grade > 1 else []
    asked += ["(is_serious OR is_serious IS NULL)"] if measure.only_serious else []
    return " AND ".join(asked) or "1 = 1"


def _kinds(measure: Measure) -> str:
    return f" AND kind IN ({', '.join(map(_quoted, measure.kinds))})" if measure.kinds else ""


def _is(wanted: Mapping[str, str]) -> str:
    return " AND ".join(f"{column} = {_quoted(value)}" for column, value in wanted.items())


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
