"""How often one address may ask, and how many reports a code and a site take in an hour."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final

from sqlalchemy import Connection, func, select

from cloud.errors import TooMany
from cloud.resident_reports.tables import RESIDENT_REPORT
from facility.clock import NS

HOUR: Final = 3600 * NS
OF_CODE: Final = 10
OF_SITE: Final = 120
LOOKS: Final = 120
REPORTS: Final = 20
WINDOW: Final = 600 * NS
"""In it, from one address; many telephones may stand behind one."""
MOST: Final = 4096
"""Addresses that are remembered: of more, the one that was heard least lately is forgotten."""
_R = RESIDENT_REPORT.c


class Often:
    """Counts what came from an address, in memory: who it was is written down nowhere."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: OrderedDict[str, deque[int]] = OrderedDict()

    def count(self, address: str, now: int) -> None:
        """TooMany where it comes too often."""
        times = self._seen.setdefault(address, deque())
        self._seen.move_to_end(address)
        while times and now - times[0] >= WINDOW:
            times.popleft()
        if len(times) >= self._most:
            raise _too_many((WINDOW - (now - times[0])) // NS + 1)
        times.append(now)
        if len(self._seen) > MOST:
            self._seen.popitem(last=False)


class Limits:
    """Of one process."""

    def __init__(self) -> None:
        self.looks = Often(LOOKS)
        self.reports = Often(REPORTS)


def refuse_flood(connection: Connection, site: str, code: str, now: int) -> None:
    """TooMany where a code or a site had more than anybody means well."""
    recent = (_R.site == site) & (_R.at > now - HOUR)
    here = select(func.count()).where(recent, _R.code == code)
    everywhere = select(func.count()).select_from(RESIDENT_REPORT).where(recent)
    if connection.execute(here).scalar_one() >= OF_CODE or connection.execute(everywhere).scalar_one() >= OF_SITE:
        raise _too_many(600)


def _too_many(seconds: int) -> TooMany:
    says = "报修过于频繁,请稍后再试或致电服务中心 · too often: try again later, or call the service desk"
    return TooMany(says, headers={"Retry-After": str(seconds)})
