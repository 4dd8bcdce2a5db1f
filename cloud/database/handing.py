"""What a transaction hands over at its commit: nobody need read from the store what this process has just written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from cloud.database.rows import run_plain

_HANDED: Final = "handed"
T = TypeVar("T")
Heard = Callable[[Sequence[object] | None], None]
"""Called after a commit with what its works left; None: look into the store, there may be anything."""


def hand(connection: Connection, things: Sequence[object]) -> None:
    """Leave these for those who hear of the commit; a savepoint that is undone takes them back."""
    connection.info.setdefault(_HANDED, []).extend(things)


def handed_over(connection: Connection) -> list[object]:
    """All that was left; to be called once, at the end of the transaction."""
    found: list[object] = connection.info.pop(_HANDED, [])
    return found


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """What is done within is undone whole where it raises; a lost store is left to the transaction."""
    left: list[object] = connection.info.setdefault(_HANDED, [])
    before = len(left)
    begun = _Plain(connection) if connection.dialect.name == "sqlite" else connection.begin_nested()
    try:
        yield
    except OperationalError:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        begun.rollback()
        del left[before:]
        raise
    begun.commit()


class _Undo(Exception):
    """Ends a try without a mistake."""


def tried(connection: Connection, work: Callable[[], T]) -> T:
    """What `work` would bring; nothing of it stays."""
    found: list[T] = []
    try:
        with savepoint(connection):
            found.append(work())
            raise _Undo
    except _Undo:
        return found[0]


class _Plain:
    """Of SQLite, straight through the driver; the innermost of a name is meant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        run_plain(connection, "SAVEPOINT part")

    def rollback(self) -> None:
        """Undo it, and end it."""
        run_plain(self._connection, "ROLLBACK TO part")
        run_plain(self._connection, "RELEASE part")

    def commit(self) -> None:
        """End it."""
        run_plain(self._connection, "RELEASE part")
