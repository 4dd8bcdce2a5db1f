"""Many rows at once, straight through the driver: SQLAlchemy's own work for each row costs more than the store's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Boolean, Connection, Table
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
Rows = Sequence[tuple[Any, ...]]


def insert_rows(connection: Connection, table: Table, names: tuple[str, ...], rows: Rows) -> None:
    """Insert rows whose values stand in the order of `names`."""
    if rows:
        _run_many(connection, _insert(table.name, names, connection.dialect.name), rows)


def update_rows(connection: Connection, table: Table, names: tuple[str, ...], rows: Rows) -> None:
    """Set `names` of the rows with an id; each tuple has the values in their order, and the id at its end."""
    if rows:
        _run_many(connection, _update(table.name, names, connection.dialect.name), rows)


def delete_rows(connection: Connection, table: Table, names: tuple[str, ...], keys: Rows) -> None:
    """Delete the rows whose `names` are one of the keys."""
    if keys:
        _run_many(connection, _delete(table.name, names, connection.dialect.name), keys)


def select_rows(connection: Connection, statement: str, values: tuple[Any, ...]) -> Sequence[Any]:
    """The rows of a query of ours with `?` for each of the values; no types are changed on their way."""
    if connection.dialect.name == "sqlite":
        return run_plain(connection, statement, values).fetchall()
    return connection.exec_driver_sql(_asked(statement, connection.dialect.name), values).all()


def objects_of(make: Callable[..., T], table: Table) -> Callable[[Iterable[Any]], list[T]]:
    """Makes an object of each row of `select_rows` that has all columns of the table in their order."""
    names = tuple(table.columns.keys())
    flags = tuple(column.key for column in table.columns if isinstance(column.type, Boolean))

    def made(row: Iterable[Any]) -> T:
        values = dict(zip(names, row, strict=True))
        for flag in flags:
            values[flag] = None if values[flag] is None else bool(values[flag])
        return make(**values)

    return lambda rows: [made(row) for row in rows]


def run_plain(connection: Connection, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
    """A statement on SQLite, past SQLAlchemy; errors are SQLAlchemy's all the same."""
    try:
        return _driver(connection).execute(statement, values)
    except sqlite3.Error as error:
        raise _told(connection, statement, error, many=False) from error


def _run_many(connection: Connection, statement: str, rows: Rows) -> None:
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(statement, list(rows))
        return
    try:
        _driver(connection).executemany(statement, rows)
    except sqlite3.Error as error:
        raise _told(connection, statement, error, many=True) from error


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
    return driver


def _told(connection: Connection, statement: str, error: sqlite3.Error, *, many: bool) -> BaseException:
    return DBAPIError.instance(
        statement, None, error, sqlite3.Error, dialect=connection.dialect, ismulti=many, hide_parameters=True
    )  # fmt: skip


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


@lru_cache(maxsize=128)
def _delete(table: str, names: tuple[str, ...], dialect: str) -> str:
    pairs = " AND ".join(f'"{name}" = {place}' for name, place in zip(names, _places(len(names), dialect), strict=True))
    return f"DELETE FROM {table} WHERE {pairs}"  # noqa: S608 - only names of our own tables
