"""A month of random orders in the store, and a recount of it that shares no code with the report.

The orders live as in the oracle of the clocks: it keeps its own book of what happened while the machine says the steps
that the store gets. From that book each promise is counted here anew.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from cloud.service_levels.profile import Profile, Promise, Within
from cloud.service_levels.store import Terms, put_profile, put_terms
from cloud.sites.store import ensure_site
from cloud.work_orders.history import add_many
from cloud.work_orders.tables import WORK_ORDER
from facility.clock import NS
from facility.work_order import ClockName
from tests.cloud.work_orders.clock_oracle import (
    CONTRACT,
    FIRST,
    MINUTE,
    Truth,
    World,
    held_class,
    promised,
    ran,
    timeline,
    world,
)
from tests.cloud.work_orders.order_lives import new_order

SITE = "estate-7"
ZONE = "Asia/Shanghai"
SHIFT = 1
"""Which of the oracle's calendars the site has: a working week that becomes nights."""
NOW = FIRST + 61 * 24 * 60 * MINUTE
MONTH = "2026-03"
TITLES = ("厨房水龙头漏水", "=cmd|'/c calc'!A1", "<b>电梯</b> & 困人 \u202e", "Pump 1 dry run", "+1 灯不亮" * 40)
PLACES = ("tower-a", "", "garage")


@dataclass
class Counted:
    """One promise: group → the cases (order id, whole seconds taken) that belong to it."""

    cases: dict[str, set[tuple[str, int, int]]] = field(default_factory=lambda: defaultdict(set))
    """(order, round, seconds taken, a begun one counted)."""
    share: bool = False

    def count(self, group: str) -> int:
        return len(self.cases[group])

    @property
    def judged(self) -> int:
        other = "under_way" if self.share else "broken"
        return self.count("kept") + self.count(other)

    @property
    def value(self) -> float | None:
        return self.count("kept") / self.judged if self.judged else None


@dataclass
class Month:
    """What was put into the store."""

    orders: dict[str, tuple[int, str, list[Truth]]]
    """id → (number, side, rounds)."""

    def recount(self, profile: Profile) -> dict[str, Counted]:
        """Every promise of a profile, from the oracle's own book."""
        found = {p.id: Counted(share=p.target.kind == "share") for p in profile.promises}
        start, end = (datetime(2026, month, 1, tzinfo=ZoneInfo(ZONE)).timestamp() * NS for month in (3, 4))
        one = world(ZONE, SHIFT)
        for id, (_, side, truths) in self.orders.items():
            for nth, truth in enumerate(truths, 1):
                if start <= truth.started < end:
                    for promise in profile.promises:
                        if _speaks(promise, truth, side) and (judged := _judged(one, promise, truth)) is not None:
                            group, taken = judged
                            found[promise.id].cases[group].add((id, nth, taken))
        return found


def _speaks(promise: Promise, truth: Truth, side: str) -> bool:
    held = held_class(truth, promise.clock)
    of_class = not promise.classes or held.value in [each.value for each in promise.classes]
    return of_class and (not promise.sides or side in [each.value for each in promise.sides])


def _judged(one: World, promise: Promise, truth: Truth) -> tuple[str, int] | None:
    """(group, seconds taken); None: its clock has not begun."""
    back = promise.clock is ClockName.CALL_BACK
    ends = {
        ClockName.RESPOND: [truth.accepted, truth.arrived],
        ClockName.ARRIVE: [truth.arrived],
        ClockName.RESTORE: [truth.restored],
        ClockName.CALL_BACK: [truth.called],
    }[promise.clock]
    start = truth.restored if back else truth.started
    if start is None:
        return None
    done = min((at for at in ends if at is not None), default=None)
    until = max(start, min((at for at in (done, truth.cancelled) if at is not None), default=NOW))
    working = isinstance(promise.target, Within) and promise.target.working
    held = [] if back else [(pause[0], pause[1] if len(pause) > 1 else NOW) for pause in truth.pauses]
    lost = sum(ran(one, max(a, start), min(b, until), working=working) for a, b in held)
    elapsed = ran(one, start, until, working=working) - lost
    allowed = promised(one, promise, start)
    taken = (elapsed + NS - 1) // NS
    if allowed is not None and elapsed > allowed:
        return "broken", taken
    if done is not None:
        return "kept", taken
    return ("dropped" if truth.cancelled is not None else "under_way"), taken


def fill(connection: Connection, orders: int) -> Month:
    """So many orders at a site with a contract in working hours beside the profiles that ship."""
    ensure_site(connection, SITE, at=FIRST)
    dated = world(ZONE, SHIFT).calendars.dated
    put_terms(connection, SITE, Terms(calendars=dated), now=FIRST)
    put_profile(connection, SITE, CONTRACT, now=FIRST)
    month, rows, steps = Month({}), [], []
    for seed in range(orders):
        truths, said, _ = timeline(seed)
        side = "customer" if seed % 2 else "device"
        id, title = f"order-{seed:06d}", TITLES[seed % len(TITLES)]
        told = {
            "id": id,
            "site": SITE,
            "number": seed + 1,
            "fault": None,
            "open": False,
            "state": "closed",
            "side": side,
        }
        row = new_order(truths[0].started, place=PLACES[seed % 3] or None, title_zh=title, title_en=title, **told)
        rows.append(asdict(row))
        steps += [(SITE, id, step) for step in said]
        month.orders[id] = (seed + 1, side, truths)
    connection.execute(insert(WORK_ORDER), rows)
    add_many(connection, steps)
    return month
