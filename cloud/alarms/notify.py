"""Who is to be told of an alarm, and when: the default escalation of the building."""

from __future__ import annotations

from typing import Final

import orjson

from cloud.alarms import machine
from cloud.alarms.builtin import STATION_LOST
from cloud.alarms.row import AlarmRow
from cloud.notices.store import Notice, Occasion
from facility.alarm import Detection, Post

UP: Final = {1: (("shift_leader",), False), 2: (("manager", "fire_manager"), True)}
"""Level → the posts, and whether they are called: life safety that nobody has acknowledged."""
TOLD: Final = {STATION_LOST: ("shift_leader",)}
"""Rule → the posts that are told instead of its owners: a post whose own screen is lost can't hear of it."""
_HELD_BACK: Final = {Detection.SUPPRESSED, Detection.OUT_OF_SERVICE}


def notice(row: AlarmRow, occasion: Occasion, now: int) -> Notice | None:
    """None where nobody is to be told: history, what is held back, what is for the list only.

    Nor of a test, but upwards where nobody answers it: then nobody attends it, and it may burn.
    """
    attended = row.test and occasion != "escalated"
    if row.replayed or attended or Detection(row.detection) in _HELD_BACK or machine.shelved(row, now):
        return None
    life_safety = machine.life_safety(row)
    posts, voice = UP.get(row.escalation, ((), False)) if occasion == "escalated" else ((), False)
    if occasion != "escalated":
        posts = TOLD.get(row.rule) or tuple(post for post in orjson.loads(row.owners) if post != Post.LIST)
    if not posts:
        return None
    return Notice(
        at=now,
        site=row.site,
        alarm=row.id,
        occasion=occasion,
        posts=posts,
        level=row.escalation,
        voice=voice,
        life_safety=life_safety,
        drill=row.drill,
    )
