"""None armed for 60 s on a manned post is an alarm to the shift leader; one that arms ends it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from cloud.alarms.builtin import STATION_LOST
from cloud.alarms.raising import Key, Raise, raise_alarm
from cloud.alarms.steps import clear, live_alarm
from cloud.duty.store import duties, on_duty
from cloud.duty_stations.store import last_armed, stations
from cloud.timers.store import Timer, cancel_timers, set_timers
from facility.clock import NS
from facility.words import Text

ARMED_FOR: Final = 60 * NS
"""So long after its last word a station counts as armed: room for three of its words to be lost."""
LATE: Final = 10 * NS
"""A timer that comes later than this was not looked at: the cloud was away, and no station could say anything."""
KIND: Final = "station.silent"
WEEK: Final = 7 * 24 * 3600 * NS


def manned(connection: Connection, site: str, post: str, now: int) -> bool:
    """Whether somebody is to stand there now; a post for which nobody keeps a rota always counts as manned."""
    if on_duty(connection, site, post, now):
        return True
    return not duties(connection, frozenset({site}), post, now - WEEK, now + WEEK)


def expect(connection: Connection, site: str, post: str, *, now: int) -> None:
    """Look again when the time has passed; a post without stations is not watched."""
    ref = f"{site}/{post}"
    if stations(connection, site, post):
        set_timers(connection, [Timer(KIND, ref, now + ARMED_FOR)])
        return
    cancel_timers(connection, [(KIND, ref)])
    over(connection, site, post, "removed", now=now)


def over(connection: Connection, site: str, post: str, reason: str, *, now: int) -> None:
    """One is armed again, or none is expected any more."""
    alarm = live_alarm(connection, site, post, STATION_LOST, "")
    if alarm is not None:
        clear(connection, alarm, reason, at=now, now=now, by="")


def look(connection: Connection, timer: Timer, now: int) -> None:
    """None has said for 60 s that it would sound."""
    site, _, post = timer.ref.partition("/")
    known = stations(connection, site, post)
    armed = last_armed(connection, site, post)
    if not known:
        return
    if now - timer.due_at > LATE or not manned(connection, site, post, now):
        set_timers(connection, [Timer(KIND, timer.ref, now + ARMED_FOR)])
    elif armed is not None and now - armed < ARMED_FOR:
        set_timers(connection, [Timer(KIND, timer.ref, armed + ARMED_FOR)])
    else:
        names = "、".join(row["name"] for row in known)
        text = Text(
            zh=f"值班终端({names})60 秒内没有一台能发出报警声",
            en=f"none of the duty stations ({', '.join(row['name'] for row in known)}) was armed to sound for 60 s",
        )
        asked = Raise(Key(site, post, STATION_LOST), "", at=now, recorded_at=now, detected_by="cloud", text=text)
        raise_alarm(connection, asked, now=now)
