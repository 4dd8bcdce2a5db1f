"""The four clocks of a round: how long each ran, against which promise, and when that is broken. No I/O.

They start at the report (call-back: at the repair), stop at the step, stand still in pauses with a stated reason, and
keep what they have when the class changes: only the promise changes, of the clocks that still run. One that has
stopped is judged by the class that held when it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final, Literal

from cloud.service_levels.calendar import Calendars, Span, local, moment
from cloud.service_levels.facts import Round
from cloud.service_levels.profile import Overnight, Profile, Promise, Share, Within
from facility.work_order import ClockName

Verdict = Literal["running", "at_risk", "kept", "broken", "paused", "dropped", "open"]
"""`dropped`: the order was cancelled before the promise was broken; `open`: nothing is promised for a time."""
_NOTHING: Final[tuple[Promise | None, ...]] = (None,)
AT_RISK: Final = 0.8
"""Of what is promised is used up: somebody is told."""


@dataclass(frozen=True, slots=True)
class ClockFace:
    """One clock. `elapsed` and `allowed` in ns of the promise's own calendar."""

    name: ClockName
    promise: Promise | None
    started_at: int | None
    stopped_at: int | None
    elapsed: int
    allowed: int | None
    risk_at: int | None
    due_at: int | None
    """None while it is paused, stopped, or nothing is promised."""
    verdict: Verdict


def clocks(one: Round, profile: Profile, calendars: Calendars, now: int) -> tuple[ClockFace, ...]:
    """All four, with the tightest promise of the profile for each."""
    return tuple(face for name in ClockName for face in _faces(one, name, profile, calendars, now))


def _faces(one: Round, name: ClockName, profile: Profile, calendars: Calendars, now: int) -> list[ClockFace]:
    held = one.judged_class(_times(one, name)[1])
    mine = [p for p in profile.promises if p.clock is name and p.holds_for(held, one.side, one.fault)]
    return [_face(one, name, promise, calendars, now) for promise in (mine or _NOTHING)]


def _times(one: Round, name: ClockName) -> tuple[int | None, int | None]:
    match name:
        case ClockName.RESPOND:
            return one.started_at, _first(one.accepted_at, one.arrived_at)
        case ClockName.ARRIVE:
            return one.started_at, one.arrived_at
        case ClockName.RESTORE:
            return one.started_at, one.restored_at
        case ClockName.CALL_BACK:
            return one.restored_at, one.called_back_at


def _first(*times: int | None) -> int | None:
    return min((at for at in times if at is not None), default=None)


def _face(one: Round, name: ClockName, promise: Promise | None, calendars: Calendars, now: int) -> ClockFace:
    start, stop = _times(one, name)
    if start is None:
        return ClockFace(name, promise, None, None, 0, None, None, None, "open")
    working = promise is not None and isinstance(promise.target, Within) and promise.target.working
    runs = calendars if working else Calendars(calendars.zone)
    pauses = _pauses(one, name, now)
    end = _first(stop, one.ended_at)
    elapsed = runs.working(start, max(start, end if end is not None else now), pauses)
    allowed = _allowed(promise, start, calendars)
    paused = one.paused_at is not None and name is not ClockName.CALL_BACK
    live = end is None and not paused and allowed is not None
    risk = runs.after(start, round(allowed * AT_RISK), pauses) if live and allowed is not None else None
    due = runs.after(start, allowed, pauses) if live and allowed is not None else None
    verdict = _verdict(promise, elapsed, allowed, done=stop is not None, ended=one.ended_at is not None, paused=paused)
    return ClockFace(name, promise, start, stop, elapsed, allowed, risk, due, verdict)


def _pauses(one: Round, name: ClockName, now: int) -> Sequence[Span]:
    if name is ClockName.CALL_BACK:
        return ()
    open_pause = [] if one.paused_at is None else [(one.paused_at, max(now, one.paused_at))]
    return [*one.pauses, *open_pause]


def _allowed(promise: Promise | None, start: int, calendars: Calendars) -> int | None:
    match promise.target if promise is not None else None:
        case Within(seconds=seconds):
            return seconds * 1_000_000_000
        case Overnight() as overnight:
            return _overnight(overnight, start, calendars) - start
        case Share() | None:
            return None


def _overnight(target: Overnight, start: int, calendars: Calendars) -> int:
    at = local(calendars.zone, start)
    by = target.by if at.time() >= target.late else time(0)
    return moment(calendars.zone, at.date() + timedelta(days=1), by)


def _verdict(
    promise: Promise | None, elapsed: int, allowed: int | None, *, done: bool, ended: bool, paused: bool
) -> Verdict:
    if allowed is None:
        return "kept" if done and promise is not None else "dropped" if ended else "open"
    if elapsed > allowed:
        return "broken"
    if done:
        return "kept"
    if ended:
        return "dropped"
    if paused:
        return "paused"
    return "at_risk" if elapsed >= round(allowed * AT_RISK) else "running"
