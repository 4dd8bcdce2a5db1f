"""Delivering to an end that may be away, slow or wrong: what an answer means, and the loop that tries again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from edge.backoff import Backoff
from facility.clock import NS, Clock
from facility.errors import DeliveryError, GatehouseError, Rejected, SpoolError

log = logging.getLogger(__name__)

SAID: Final = 300
"""So many characters of an end's own words are kept."""


class Away(DeliveryError):
    """The end is not there, not ready or not willing; `after` are the seconds that it asked to be left alone.

    `status`: what it answered, None where it did not answer.
    """

    def __init__(self, why: str, after: float | None = None, *, status: int | None = None) -> None:
        super().__init__(why)
        self.after = after
        self.status = status


class TooLarge(GatehouseError):
    """The end does not take so much at once: send less."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP end said."""

    status: int
    text: str
    retry_after: str | None = None


def judge(end: str, answer: Answer, clock: Clock) -> None:
    """Returns where it was taken; else Rejected (bad content), TooLarge, or Away (keep it and try again)."""
    said = " ".join(answer.text.split())[:SAID]
    if 200 <= answer.status < 300:
        return
    if answer.status in (400, 422):
        raise Rejected(said or f"refused with {answer.status}")
    if answer.status == 413:
        raise TooLarge(said)
    hint = {
        401: "it does not know the token: make a new one and put it where site.yaml says",
        403: "the token may not write there: check its rights, the site and the bucket",
        404: "it has no such database, bucket or gateway: create it, or check the address",
        429: "it asks for less",
    }.get(answer.status, "it failed" if answer.status >= 500 else "this is not the answer of such an end")
    raise Away(
        f"the {end} answered {answer.status}, {hint} ({said})",
        seconds_asked(answer.retry_after, clock),
        status=answer.status,
    )


def seconds_asked(retry_after: str | None, clock: Clock) -> float | None:
    """Seconds of a Retry-After header: a number, or an HTTP date."""
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        return max(parsedate_to_datetime(retry_after).timestamp() - clock.now() / NS, 0.0)
    except ValueError:
        return None


@dataclass(slots=True)
class Link:
    """How an end is doing: `why` it does not take anything since `since` (UTC ns), or None."""

    name: str
    clock: Clock
    why: str | None = None
    since: int = 0
    worked: bool = False
    """It took something, or was opened, and has not failed since."""

    @property
    def untried(self) -> bool:
        """Whether it neither worked nor failed so far."""
        return self.why is None and not self.worked

    def failed(self, why: str) -> bool:
        """Note it, log the first of a row and every change of reason; True for the first."""
        first = self.why is None
        if first:
            self.since = self.clock.now()
        if why != self.why:
            log.warning("%s: %s; what is accepted is kept and sent later", self.name, why)
        self.why, self.worked = why, False
        return first

    def works(self) -> bool:
        """Note it, log the end of an outage; True where there was one."""
        was_away = self.why is not None
        if was_away:
            log.info("%s: takes deliveries again after %.0f s", self.name, (self.clock.now() - self.since) / NS)
        self.why, self.worked = None, True
        return was_away


async def keep_delivering(
    link: Link, deliver: Callable[[], Awaitable[None]], backoff: Backoff, lost: Callable[[], Awaitable[None]]
) -> None:
    """Deliver until cancelled: one try at a time, waiting longer after each failure; `lost` at the first of a row.

    SpoolError goes to the caller; anything else unforeseen is logged here and tried again.
    """
    while True:
        pause = await _tried(link, deliver, backoff, lost)
        if pause is not None:
            await asyncio.sleep(pause)


async def _tried(
    link: Link, deliver: Callable[[], Awaitable[None]], backoff: Backoff, lost: Callable[[], Awaitable[None]]
) -> float | None:
    """Deliver once; the seconds to wait after a failure, over which nothing of the failed try is kept in memory."""
    try:
        await deliver()
    except SpoolError:
        raise
    except Exception as error:  # the named boundary of a sender's task
        after = error.after if isinstance(error, Away) else None
        if not isinstance(error, GatehouseError):
            log.exception("%s: unforeseen failure of the sender", link.name)
        if link.failed(str(error) or type(error).__name__):
            await lost()
        return backoff.next(after)
    link.works()
    backoff.reset()
    return None
