"""Many rows at once, straight through the driver: SQLAlchemy's own work for each row costs more than the store's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table

Rows = Sequence[tuple[Any, ...]]


def insert_rows(connection: Connection, table: Table, names: tuple[str, ...], rows: Rows) -> None:
    """Insert rows whose values stand in the order of `names`."""
    if rows:
        connection.exec_driver_sql(_insert(table.name, names, connection.dialect.name), list(rows))


def update_rows(connection: Connection, table: Table, names: tuple[str, ...], rows: Rows) -> None:
    """Set `names` of the rows with an id; each tuple has the values in their order, and the id at its end."""
    if rows:
        connection.exec_driver_sql(_update(table.name, names, connection.dialect.name), list(rows))


def select_rows(connection: Connection, statement: str, values: tuple[Any, ...]) -> Sequence[Any]:
    """The rows of a query of ours with `?` for each of the values; no types are changed on their way."""
    return connection.exec_driver_sql(_asked(statement, connection.dialect.name), values).all()


@lru_cache(maxsize=128)
def _asked(statement: str, dialect: str) -> str:
    parts = statement.split("?")
    places = [*_places(len(parts) - 1, dialect), ""]
    return "".join(part + place for part, place in zip(parts, places, strict=True))


def _places(count: int, dialect: str) -> list[str]:
    """As the driver wants them: `?` of sqlite3, `$1` of asyncpg."""
    return [f"${n}" if dialect == "postgresql" else "?" for n in range(1, count + 1)]


@lru_cache(maxsize=128)
def _insert(table: str, names: tuple[str, ...], dialect: str) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join(_places(len(names), dialect))})"  # noqa: S608


@lru_cache(maxsize=128)
def _update(table: str, names: tuple[str, ...], dialect: str) -> str:
    *places, last = _places(len(names) + 1, dialect)
    pairs = ", ".join(f'"{name}" = {place}' for name, place in zip(names, places, strict=True))
    return f'UPDATE {table} SET {pairs} WHERE "id" = {last}'  # noqa: S608 - only names of our own tables
