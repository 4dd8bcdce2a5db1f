"""The tables of the DuckDB file and how a quarter hour of arrivals becomes sorted history with its roll-ups."""

from __future__ import annotations

from typing import Final

import duckdb

from cloud.historian.grid import MINUTE, QUARTER, THREE_HOURS
from facility.condition.stretches import ZEROED

HOUR: Final = 4 * QUARTER
DAY: Final = 24 * HOUR
SPAN: Final = QUARTER
"""As much time moves from `recent` to `history` at once."""
VERSION: Final = 3

_ROLL_UP: Final = """(
    series INTEGER, time BIGINT, count UINTEGER, low DOUBLE, high DOUBLE, sum DOUBLE,
    first DOUBLE, last DOUBLE, first_at BIGINT, last_at BIGINT, reset DOUBLE, resets UINTEGER, step BIGINT
)"""

SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS layout(version INTEGER)",
    "CREATE TABLE IF NOT EXISTS series(id INTEGER, measurement VARCHAR, tags VARCHAR, field VARCHAR, kind VARCHAR)",
    # In the order of arrival; a (series, at) is in one of these two, once.
    "CREATE TABLE IF NOT EXISTS recent(series INTEGER, time BIGINT, value DOUBLE)",
    "CREATE TABLE IF NOT EXISTS history(series INTEGER, time BIGINT, value DOUBLE)",
    # Small, so in no order: reasons of samples that are not good; strings, and integers beyond 2**53.
    "CREATE TABLE IF NOT EXISTS quality(series INTEGER, time BIGINT, reason BIGINT, bad BOOLEAN)",
    "CREATE TABLE IF NOT EXISTS texts(series INTEGER, time BIGINT, text VARCHAR)",
    f"CREATE TABLE IF NOT EXISTS minute{_ROLL_UP}",
    f"CREATE TABLE IF NOT EXISTS quarter{_ROLL_UP}",
    # For charts of years: what the quarters of a span's three hours say together.
    f"CREATE TABLE IF NOT EXISTS three_hours{_ROLL_UP}",
)

SPANWISE: Final = {"minute": MINUTE, "quarter": QUARTER}
"""Roll-up tables of which a span fills whole rows."""
TIERS: Final = {**SPANWISE, "three_hours": THREE_HOURS}
"""Roll-up table → ns of one row. For a series and span without rows in `recent` it tells what `history` holds."""


def _was_reset(value: str) -> str:
    """facility.condition.stretches.was_reset, in SQL."""
    return f"before > 0 AND {value} < {ZEROED} * before"


def roll_up(source: str, width: int) -> str:
    """SELECT that rolls up (series, at, value) of `source` to rows of `width` ns; whole rows only."""
    return f"""
        SELECT series, slot AS time, count(*) AS count, min(value) AS low, max(value) AS high, sum(value) AS sum,
               arg_min(value, time) AS first, arg_max(value, time) AS last, min(time) AS first_at, max(time) AS last_at,
               coalesce(sum(before) FILTER ({_was_reset("value")}), 0) AS reset,
               count(*) FILTER ({_was_reset("value")}) AS resets, coalesce(max(time - before_at), 0) AS step
        FROM (
            SELECT series, time, value, time - time % {width} AS slot,
                   lag(value) OVER run AS before, lag(time) OVER run AS before_at
            FROM {source}
            WINDOW run AS (PARTITION BY series, time - time % {width} ORDER BY time)
        ) GROUP BY series, slot"""  # noqa: S608


def gathered(source: str, width: int) -> str:
    """SELECT that rolls up the rows of a finer roll-up to rows of `width` ns: the same as from the samples."""
    return f"""
        SELECT series, slot AS time, sum(count)::UINTEGER AS count, min(low) AS low, max(high) AS high, sum(sum) AS sum,
               arg_min(first, first_at) AS first, arg_max(last, last_at) AS last,
               min(first_at) AS first_at, max(last_at) AS last_at,
               sum(reset) + coalesce(sum(before) FILTER ({_was_reset("first")}), 0) AS reset,
               (sum(resets) + count(*) FILTER ({_was_reset("first")}))::UINTEGER AS resets,
               greatest(max(step), coalesce(max(first_at - before_at), 0)) AS step
        FROM (
            SELECT *, time - time % {width} AS slot, lag(last) OVER run AS before, lag(last_at) OVER run AS before_at
            FROM {source}
            WINDOW run AS (PARTITION BY series, time - time % {width} ORDER BY time)
        ) GROUP BY series, slot"""  # noqa: S608


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that are missing, fill those that an older program did not have; RuntimeError where a newer one
    made the file.
    """
    for statement in SCHEMA:
        connection.execute(statement)
    found = connection.execute("SELECT version FROM layout").fetchone()
    if found is None:
        connection.execute("INSERT INTO layout VALUES (?)", [VERSION])
    elif found[0] > VERSION:
        raise RuntimeError(f"the historian's file has layout {found[0]}, this program knows {VERSION}")
    elif found[0] < VERSION:
        _to_third(connection)


def _to_third(connection: duckdb.DuckDBPyConnection) -> None:
    """Layout 2 has three hours, too; in layout 3 a counter that fell a little is no longer one that was reset."""
    connection.execute("BEGIN")
    for table, width in SPANWISE.items():
        turned = f"SELECT series, time FROM {table} WHERE resets > 0"  # noqa: S608
        rows = roll_up(f"(SELECT * FROM history WHERE (series, time - time % {width}) IN ({turned}))", width)  # noqa: S608
        connection.execute(f"CREATE OR REPLACE TEMP TABLE anew AS {rows}")
        connection.execute(f"DELETE FROM {table} WHERE resets > 0")  # noqa: S608
        connection.execute(f"INSERT INTO {table} SELECT * FROM anew ORDER BY time, series")  # noqa: S608
    connection.execute("DELETE FROM three_hours")
    connection.execute(f"INSERT INTO three_hours {gathered('quarter', THREE_HOURS)} ORDER BY time, series")
    connection.execute(f"UPDATE layout SET version = {VERSION}")  # noqa: S608
    connection.execute("COMMIT")


def rolled_again(connection: duckdb.DuckDBPyConnection, start: int, end: int) -> int:
    """How many samples that are history already would be rolled up again with the arrivals of [start, end)."""
    within = f"time >= {start} AND time < {end}"
    arrived = f"SELECT DISTINCT series FROM recent WHERE {within}"  # noqa: S608
    found = connection.execute(f"SELECT sum(count) FROM quarter WHERE {within} AND series IN ({arrived})").fetchone()  # noqa: S608
    return int(found[0] or 0) if found else 0


def move_spans(connection: duckdb.DuckDBPyConnection, start: int, end: int) -> None:
    """Bring the whole spans of [start, end) from `recent` to `history`, sorted, and make their roll-ups anew; one
    transaction.
    """
    within = f"time >= {start} AND time < {end}"
    connection.execute("BEGIN")
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE moved AS SELECT DISTINCT series FROM recent WHERE {within}")  # noqa: S608
        connection.execute(f"INSERT INTO history SELECT * FROM recent WHERE {within} ORDER BY series, time")  # noqa: S608
        connection.execute(f"DELETE FROM recent WHERE {within}")  # noqa: S608
        touched = f"{within} AND series IN (SELECT series FROM moved)"  # noqa: S608
        for table, width in SPANWISE.items():
            rows = roll_up(f"(SELECT series, time, value FROM history WHERE {touched})", width)  # noqa: S608
            connection.execute(f"DELETE FROM {table} WHERE {touched}")  # noqa: S608
            connection.execute(f"INSERT INTO {table} {rows} ORDER BY series, time")
        _gather(connection, start - start % THREE_HOURS, end + -end % THREE_HOURS)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _gather(connection: duckdb.DuckDBPyConnection, start: int, end: int) -> None:
    """Make each three hours of [start, end) anew, of the series that were moved."""
    touched = f"time >= {start} AND time < {end} AND series IN (SELECT series FROM moved)"  # noqa: S608
    rows = gathered(f"(SELECT * FROM quarter WHERE {touched})", THREE_HOURS)  # noqa: S608
    connection.execute(f"DELETE FROM three_hours WHERE {touched}")  # noqa: S608
    connection.execute(f"INSERT INTO three_hours {rows} ORDER BY series, time")
