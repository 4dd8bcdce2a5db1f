"""InfluxQL statements for one series: every name quoted, every word escaped, every time an integer."""

from __future__ import annotations

from cloud.historian.base import QUALITY_SUFFIX, SILENCE, Series
from cloud.historian.grid import Grid


def identifier(name: str) -> str:
    """A measurement, tag or field name between double quotes."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def literal(words: str) -> str:
    """A tag's value between single quotes."""
    escaped = words.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def of(series: Series) -> str:
    """FROM and WHERE that choose exactly one series."""
    tags = {"site": series.site, "equipment": series.equipment, "instance": series.instance}
    where = " AND ".join(f"{identifier(key)} = {literal(value)}" for key, value in tags.items())
    return f"FROM {identifier(series.type)} WHERE {where}"


def newest(series: Series) -> tuple[str, str]:
    """The last value, and the last reason."""
    return (
        f"SELECT last({identifier(series.point)}) {of(series)}",
        f"SELECT last({identifier(series.point + QUALITY_SUFFIX)}) {of(series)}",
    )


def buckets(series: Series, grid: Grid) -> str:
    """count, min, max, mean, first, last of each bucket; NULL where one is empty."""
    field = identifier(series.point)
    wanted = ", ".join(f"{function}({field})" for function in ("count", "min", "max", "mean", "first", "last"))
    offset = grid.start % grid.width
    return (
        f"SELECT {wanted} {of(series)} AND time >= {grid.start} AND time < {grid.end} "
        f"GROUP BY time({grid.width}ns, {offset}ns) fill(none)"
    )


def long_steps(series: Series, start: int, end: int) -> str:
    """Each sample that comes more than SILENCE after the one before, with that distance in ns."""
    field = identifier(series.point)
    inner = f"SELECT elapsed({field}, 1ns) AS step {of(series)} AND time >= {start} AND time < {end}"
    return f"SELECT step FROM ({inner}) WHERE step > {SILENCE}"  # noqa: S608


def first_and_last(series: Series, start: int, end: int) -> tuple[str, str]:
    """The first and the last sample of a range."""
    field = identifier(series.point)
    within = f"{of(series)} AND time >= {start} AND time < {end}"
    return f"SELECT first({field}) {within}", f"SELECT last({field}) {within}"


def reasons(series: Series, start: int, end: int) -> tuple[str, str]:
    """The last reason before `start`; then value and reason of each row with a reason."""
    field, reason = identifier(series.point), identifier(series.point + QUALITY_SUFFIX)
    before = f"SELECT {reason}, {field} {of(series)} AND {reason} >= 0 AND time < {start} ORDER BY time DESC LIMIT 1"
    within = f"SELECT {reason}, {field} {of(series)} AND {reason} >= 0 AND time >= {start} AND time < {end}"
    return before, within


def rows(series: Series, start: int, end: int, limit: int | None = None) -> str:
    """Raw samples in ascending time."""
    cut = f" LIMIT {limit}" if limit is not None else ""
    return f"SELECT {identifier(series.point)} {of(series)} AND time >= {start} AND time < {end} ORDER BY time{cut}"
