"""Two gateways with one id cut each other's links for ever: noticed by how often that happens, and alarmed."""

from __future__ import annotations

from collections import deque
from typing import Final

from sqlalchemy import Connection

from cloud.alarms.effects import integrity_alarm
from facility.clock import NS
from facility.words import Text

TIMES: Final = 4
WITHIN: Final = 300 * NS
"""One gateway whose network breaks replaces its own dead link now and then, not so often."""


class Contention:
    """Counts, per (site, gateway), the open links that a newer one has cut."""

    def __init__(self) -> None:
        self._cuts: dict[tuple[str, str], deque[int]] = {}

    def cut(self, key: tuple[str, str], monotonic: int) -> bool:
        """A newer link has cut an open one; True where that is too often. Then the count starts anew."""
        cuts = self._cuts.setdefault(key, deque(maxlen=TIMES))
        cuts.append(monotonic)
        often = len(cuts) == TIMES and monotonic - cuts[0] <= WITHIN
        if often:
            cuts.clear()
        return often


def two_with_one_id(connection: Connection, site: str, gateway: str, now: int) -> None:
    """One integrity alarm."""
    text = Text(
        zh=f"网关 {gateway} 的实时连接被反复抢占:可能有两台网关使用同一编号,请停用其中一台并重新签发令牌",
        en=f"The live link of {gateway} is cut by another one again and again: two gateways seem to use this id; "
        "stop one of them and renew the token",
    )
    integrity_alarm(connection, site, gateway, text, at=now, now=now)
