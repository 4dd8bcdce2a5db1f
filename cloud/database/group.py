"""Group commit: many works in one transaction, each in a savepoint of its own, each answered after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from cloud.database.handing import handed_over, savepoint
from cloud.errors import Unavailable

MOST = 256
"""Works in one transaction."""


@dataclass(frozen=True, slots=True)
class Job:
    """One work and who waits for it."""

    work: Callable[[Connection], Any]
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job."""

    job: Job
    result: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        """Answer who waits; on the loop."""
        if self.job.future.done():
            return
        if self.error is not None:
            self.job.future.set_exception(self.error)
        else:
            self.job.future.set_result(self.result)


def run_jobs(connection: Connection, jobs: Sequence[Job]) -> list[Outcome]:
    """Run each job in its savepoint; a lost connection or a full disk is raised for the whole group."""
    wanted = [job for job in jobs if not job.future.cancelled()]
    return [_alone(connection, wanted[0])] if len(wanted) == 1 else [_run(connection, job) for job in wanted]


def _alone(connection: Connection, job: Job) -> Outcome:
    """The transaction is all its own: what it raises undoes that, and no savepoint is needed."""
    try:
        return Outcome(job, job.work(connection))
    except OperationalError:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        if (transaction := connection.get_transaction()) is not None:
            transaction.rollback()
        handed_over(connection)
        return Outcome(job, error=error)


def _run(connection: Connection, job: Job) -> Outcome:
    try:
        with savepoint(connection):
            result = job.work(connection)
    except OperationalError:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        return Outcome(job, error=error)
    return Outcome(job, result)


def all_failed(jobs: Sequence[Job], error: BaseException) -> list[Outcome]:
    """The store took none of them."""
    name = type(error).__name__
    why = f"存储未能写入,数据未变,请重试 · the store did not take it ({name}); nothing was changed, try again"
    outcomes = []
    for job in jobs:
        away = Unavailable(why)
        away.__cause__ = error
        outcomes.append(Outcome(job, error=away))
    return outcomes
