"""The Database interface and the tables' common metadata."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self, TypeVar

from sqlalchemy import Connection, MetaData

from cloud.database.handing import Heard

T = TypeVar("T")
Work = Callable[[Connection], T]
"""A piece of work on the store: synchronous, touches nothing else, may be run in a thread."""

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every noun's tables."""


class Database(Protocol):
    """SQLite or PostgreSQL; `async with` opens it."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    async def read(self, work: Work[T]) -> T:
        """Run a work that changes nothing; it sees one consistent state. Raises Unavailable."""

    async def write(self, work: Work[T]) -> T:
        """Run a work whole or not at all; on return it is on disk.

        Writes run one after another, over all replicas too: a work may look first and then write. What a work
        raises undoes it alone and is raised here. Raises Unavailable where the store does not take it.
        """

    def on_commit(self, heard: Heard) -> None:
        """Call `heard` on the loop after each commit of ours, with what its works handed over."""
