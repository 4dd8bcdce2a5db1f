"""The life of an alarm as one state machine: what may be done in which state, and what it becomes. No I/O.

Each function changes the row in memory and gives the steps for its history; Refused changes nothing. Life safety:
never shelved, latched by the edge, sounds again at every raise, goes up while nobody answers, be it a test or not; a
fire is real by one word, false by two people or the head, and is closed by two or the head once the panel itself was
reset.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cloud.alarms.row import AlarmRow
from facility.alarm import DEFAULT_SHELVE, MAX_SHELVE, AlarmClass, Detection
from facility.clock import NS, iso
from facility.errors import GatehouseError

Outcome = Literal["real", "false", "test", "drill", "unknown"]
"""真实 / 误报 / 测试 / 演练 / 原因不明."""
Said = tuple[str, str]
"""(kind of the step, detail)."""

ESCALATE_AFTER: Final = (60 * NS, 60 * NS)
"""Life safety: 60 s to the shift leader, at 120 s to the manager and the fire manager, by voice."""
SOUND_AGAIN: Final = {True: 60 * NS, False: 300 * NS}
"""Life safety? → how long a silenced alarm stays silent while nobody has acknowledged it."""


class Refused(GatehouseError):
    """This can't be done in this state; `zh` and `en` say why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it; `head` may decide alone what else takes two. Only a `person` calls a fire false, or closes it."""

    name: str
    head: bool = False
    person: bool = True


def life_safety(row: AlarmRow) -> bool:
    """Fire, people trapped, duress …"""
    return row.alarm_class == AlarmClass.LIFE_SAFETY


def fire(row: AlarmRow) -> bool:
    """A fire, by the fire panel's own detection."""
    return life_safety(row) and row.system == "fire"


def shelved(row: AlarmRow, now: int) -> bool:
    """Taken off the list until its time."""
    return row.shelved_until is not None and row.shelved_until > now


def sounding(row: AlarmRow, now: int) -> bool:
    """Whether this system asks for a sound."""
    wanted = row.live and row.acknowledged_at is None and row.silenced_at is None and not row.replayed
    return wanted and row.detection in {Detection.ACTIVE, Detection.LATCHED} and not shelved(row, now)


def begin(row: AlarmRow, now: int) -> None:
    """It is new: who must be told, and when it goes up."""
    if row.replayed:
        return
    row.must_close = fire(row) and not row.drill and not row.test
    _sound(row, now)


def raise_again(row: AlarmRow, now: int) -> None:
    """It came again: it sounds again, whatever was silenced; a fire that was closed or reset is neither any more."""
    row.silenced_at = row.silenced_by = None
    row.reset_seen_at = row.close_by = row.closed_at = row.closed_by = None
    row.must_close = fire(row) and not row.drill and not row.test
    _sound(row, now)


def _sound(row: AlarmRow, now: int) -> None:
    row.sounded_at = now
    if life_safety(row) and row.acknowledged_at is None and row.escalates_at is None:
        row.escalation = 0
        row.escalates_at = now + ESCALATE_AFTER[0]


def detect(row: AlarmRow, detection: Detection, cause: str | None, at: int) -> None:
    """The edge says latched, suppressed, out of service, or active again."""
    row.detection, row.cause = detection.value, cause
    if detection is Detection.LATCHED:
        row.reset_seen_at = row.reset_seen_at or at
    elif detection is Detection.ACTIVE:
        row.reset_seen_at = row.close_by = None


def clear(row: AlarmRow, reason: str, at: int) -> None:
    """The edge no longer detects it."""
    row.live, row.detection, row.cause = False, Detection.CLEARED.value, None
    row.cleared_at, row.clear_reason = at, reason
    if reason != "out_of_service":
        row.reset_seen_at = row.reset_seen_at or at


def acknowledge(row: AlarmRow, by: Actor, comment: str | None, now: int) -> tuple[Said, ...]:
    """接警: somebody saw it. Again by the same person changes nothing."""
    if row.acknowledged_at is not None:
        if row.acknowledged_by == by.name:
            return ()
        when = iso(row.acknowledged_at)
        raise Refused(
            f"{row.acknowledged_by} 已于 {when} 接警", f"{row.acknowledged_by} acknowledged this alarm at {when}"
        )
    row.acknowledged_at, row.acknowledged_by, row.acknowledge_comment = now, by.name, comment
    row.escalates_at = None
    row.silenced_at = row.silenced_by = None
    return (("acknowledged", comment or ""),)


def confirm(row: AlarmRow, by: Actor, outcome: Outcome, found: str, now: int) -> tuple[Said, ...]:
    """核实: verified on the spot. Whoever confirms has seen it; a fire is false only by two, or by the head."""
    if fire(row) and outcome != "real":
        _only_people(by)
    seen = acknowledge(row, by, None, now) if row.acknowledged_at is None else ()
    if fire(row) and outcome != "real" and not _second(row.false_by, by):
        row.false_by = by.name
        return (*seen, ("false_proposed", f"{outcome}: {found}"))
    row.confirmed_at, row.confirmed_by, row.confirmed_outcome, row.confirmed_found = now, by.name, outcome, found
    lifted = (("mark_lifted", ""),) if outcome == "real" and _lift_mark(row) else ()
    first = f" ({row.false_by} + {by.name})" if outcome != "real" and row.false_by not in {None, by.name} else ""
    row.false_by = None
    return (*seen, ("confirmed", f"{outcome}: {found}{first}"), *lifted)


def _lift_mark(row: AlarmRow) -> bool:
    """What burns during a test or a drill is neither: it is told, counted and closed as any other."""
    if not (row.test or row.drill):
        return False
    row.test = row.drill = False
    row.must_close = fire(row) and not row.replayed
    return True


def _only_people(by: Actor) -> None:
    if not by.person:
        zh, en = "须由本人登录办理,机器令牌无效", "people decide this, logged in: not a machine's token"
        raise Refused(zh, en)


def _second(first: str | None, by: Actor) -> bool:
    return by.head or first not in {None, by.name}


def assign(row: AlarmRow, to: str) -> tuple[Said, ...]:
    """It has one owner."""
    if row.assigned_to == to:
        return ()
    row.assigned_to = to
    return (("assigned", to),)


def shelve(row: AlarmRow, by: Actor, reason: str, now: int, seconds: float = DEFAULT_SHELVE) -> tuple[Said, ...]:
    """暂挂: off the list for a time. Never life safety, never over 8 h, never without a reason."""
    if life_safety(row):
        raise Refused("生命安全报警不得暂挂", "a life-safety alarm is never shelved")
    if not row.live:
        raise Refused("报警已恢复,无需暂挂", "this alarm is over; there is nothing to shelve")
    if not 0 < seconds <= MAX_SHELVE or not reason.strip():
        raise Refused("暂挂须写明原因,最长8小时", "shelving takes a reason and at most 8 hours")
    row.shelved_until, row.shelved_by, row.shelve_reason = now + round(seconds * NS), by.name, reason
    return (("shelved", f"{iso(row.shelved_until)}: {reason}"),)


def unshelve(row: AlarmRow, now: int, why: str) -> tuple[Said, ...]:
    """Back on the list; one that still holds and was not acknowledged sounds again."""
    if row.shelved_until is None:
        return ()
    row.shelved_until = row.shelved_by = row.shelve_reason = None
    if row.live and row.acknowledged_at is None:
        _sound(row, now)
    return (("unshelved", why),)


def silence(row: AlarmRow, by: Actor, now: int) -> tuple[Said, ...]:
    """消音: of this alarm, in this system only; it sounds again at its next raise, or while nobody acknowledges it."""
    if not sounding(row, now):
        raise Refused("此报警未在鸣响", "this alarm makes no sound")
    row.silenced_at, row.silenced_by = now, by.name
    return (("silenced", ""),)


def sound_again(row: AlarmRow, now: int) -> tuple[Said, ...]:
    """Its time of silence is over and nobody has acknowledged it."""
    due = sounds_again_at(row)
    if due is None or due > now:
        return ()
    row.silenced_at = row.silenced_by = None
    row.sounded_at = now
    return (("sounded_again", ""),)


def sounds_again_at(row: AlarmRow) -> int | None:
    """When a silenced alarm sounds again."""
    if row.silenced_at is None or not row.live or row.acknowledged_at is not None:
        return None
    return row.silenced_at + SOUND_AGAIN[life_safety(row)]


def escalate(row: AlarmRow, now: int) -> tuple[Said, ...]:
    """Nobody acknowledged it in time: it goes up by one."""
    if row.escalates_at is None or row.escalates_at > now or row.acknowledged_at is not None:
        return ()
    row.escalation += 1
    more = row.escalation < len(ESCALATE_AFTER)
    row.escalates_at = row.escalates_at + ESCALATE_AFTER[row.escalation] if more else None
    return (("escalated", str(row.escalation)),)


def close(row: AlarmRow, by: Actor, now: int) -> tuple[Said, ...]:
    """A fire is over: the panel was reset, it was confirmed, and two people, or the head, say so."""
    if not row.must_close or row.closed_at is not None:
        raise Refused("此报警无需关闭,或已关闭", "this alarm need not be closed, or is closed already")
    if row.live or row.reset_seen_at is None:
        raise Refused(
            "控制器尚未复位:请先在消防主机上复位,再在本系统复位",
            "the panel has not been reset: reset the fire panel itself, then the alarm here",
        )
    if row.confirmed_outcome is None:
        raise Refused("尚未核实:请先核实再关闭", "nobody has confirmed what it was: confirm it first")
    _only_people(by)
    if not _second(row.close_by, by):
        row.close_by = by.name
        return (("close_proposed", ""),)
    detail = f"{row.close_by} + {by.name}" if row.close_by not in {None, by.name} else ""
    row.closed_at, row.closed_by, row.close_by = now, by.name, None
    return (("closed", detail),)


Deadline = tuple[str, int]
"""(what is due, when)."""


def deadlines(row: AlarmRow) -> tuple[Deadline, ...]:
    """What time will do to this alarm by itself."""
    found: list[Deadline] = []
    if row.shelved_until is not None:
        found.append(("alarm.unshelve", row.shelved_until))
    if row.escalates_at is not None:
        found.append(("alarm.escalate", row.escalates_at))
    if (again := sounds_again_at(row)) is not None:
        found.append(("alarm.sound", again))
    return tuple(found)
