"""The life of a complaint: received, answered, handled; who answers for it; when the same day is over. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from cloud.complaints.schemas import Kept, State
from cloud.errors import Conflict
from cloud.service_levels.calendar import moment
from facility.clock import NS

OPEN: Final[frozenset[State]] = frozenset({"received", "answered"})


@dataclass(slots=True, kw_only=True)
class Life:
    """What of a complaint changes; times in UTC ns."""

    state: State
    owner: str
    valid: bool | None = None
    answered_at: int | None = None
    handled_at: int | None = None


def end_of_day(at: int, zone: ZoneInfo) -> int:
    """Local midnight after `at`, UTC ns: until then the answer comes the same day."""
    day = datetime.fromtimestamp(at // NS, UTC).astimezone(zone).date()
    return moment(zone, day + timedelta(days=1), time(0))


def same_day(due_at: int, answered_at: int | None, now: int) -> Kept:
    """Whether it was answered in its day."""
    if answered_at is not None:
        return "kept" if answered_at < due_at else "broken"
    return "running" if now < due_at else "broken"


def answer(life: Life, now: int) -> None:
    """回音: the customer was told something. The first time counts; later ones are steps beside it."""
    if life.state not in OPEN:
        raise Conflict("投诉已办结 · this complaint is handled: reopen it first")
    life.state = "answered"
    life.answered_at = life.answered_at if life.answered_at is not None else now


def handle(life: Life, now: int, *, valid: bool) -> None:
    """办结: only after the customer has heard from us."""
    if life.state == "received":
        raise Conflict("尚未答复住户 · the customer has heard nothing yet: record the answer first")
    if life.state == "handled":
        raise Conflict("投诉已办结 · this complaint is handled already")
    life.state, life.valid, life.handled_at = "handled", valid, now


def reopen(life: Life) -> None:
    """The customer is not content: it goes on; the first answer keeps its time."""
    if life.state != "handled":
        raise Conflict("投诉尚未办结 · only a handled complaint is reopened")
    life.state, life.valid, life.handled_at = "answered", None, None


def assign(life: Life, to: str) -> None:
    """Somebody else answers for it."""
    if life.state not in OPEN:
        raise Conflict("投诉已办结 · this complaint is handled: reopen it first")
    if life.owner == to:
        raise Conflict(f"已由 {to} 负责 · {to} answers for it already")
    life.owner = to
