"""What is done again and again while a session lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from drivers.opcua.session import Session


@dataclass(slots=True)
class Job:
    """`period` in seconds; `due` on the loop's clock."""

    period: float
    due: float
    do: Callable[[], Awaitable[None]]


async def again_and_again(session: Session, jobs: Sequence[Job]) -> None:
    """Do each job when it is due, until the session ends; a beat that was missed is not made up for."""
    loop = asyncio.get_running_loop()
    for job in jobs:
        job.due = loop.time() + job.period
    while True:
        job = min(jobs, key=lambda j: j.due)
        end_if_cancelled()
        await asyncio.wait([session.lost], timeout=max(0.0, job.due - loop.time()))
        if session.lost.done():
            raise session.lost.result()
        await job.do()
        job.due = max(job.due + job.period, loop.time())


def end_if_cancelled() -> None:
    """Inside asyncua, `wait_for` of Python 3.11 swallows a cancellation that comes together with an answer."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
