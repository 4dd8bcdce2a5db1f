"""Recorded samples through the engine, as fast as it goes, with a clock that follows the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine, Outcome
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from edge.trial.history import Recorded
from facility.alarm import Count, Detection, NoData, Post, Priority, Rule
from facility.batch import Batch
from facility.clock import NS, ManualClock
from facility.event import AlarmCleared, AlarmRaised, AlarmUpdated, Draft
from facility.inventory import Inventory
from facility.point import Kind
from facility.quality import Quality, Reason

TICK: Final = 5 * NS
"""Conditions that go by the clock alone are judged so often; delays end when they end."""
HEARTBEAT: Final = 600.0
"""Seconds: an unchanged value is recorded so rarely that a shorter silence in the record says nothing."""
_JUDGED: Final = frozenset({"high", "low", "is", "bit", "rate", "deviation", "stuck", "no_data", "count", "no_effect",
                            "expression"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule that history can't try, and why."""

    equipment: str
    rule: str
    why: str


@dataclass(slots=True)
class Announced:
    """One alarm that somebody is told of: when it came to light, and when it ended (None: it still stands)."""

    id: str
    at: int
    priority: Priority
    life_safety: bool
    chattering: bool
    ended: int | None = None


@dataclass(slots=True)
class Tried:
    """What rules made of a time."""

    start: int
    end: int
    announced: list[Announced] = field(default_factory=list)
    suppressed: int = 0
    """Raised, but explained by another alarm."""
    left_out: tuple[LeftOut, ...] = ()


def replayed(inventory: Inventory, recorded: Recorded, start: int, end: int, told: Callable[[int], None]) -> Tried:
    """Try the rules of an inventory; what was recorded before `start` only warms them up. `told`: the time it is at."""
    possible, left_out = triable(inventory)
    if not len(recorded):
        return Tried(start, end, left_out=left_out)
    first = int(recorded.at[0])
    clock, table = ManualClock(wall=first), point_table(possible)
    steady = SteadyClock(clock)
    snapshot = Snapshot(table, steady)
    engine = Engine(compile_rules(possible, table), snapshot, steady)
    book = _Book(possible, Tried(start, end, left_out=left_out))
    for batch in _batches(recorded):
        _wait(clock, engine, batch.received, book)
        snapshot.put(batch)
        book.take(engine.detect(batch))
        told(batch.received)
    _wait(clock, engine, end, book)
    return book.found


def triable(inventory: Inventory) -> tuple[Inventory, tuple[LeftOut, ...]]:
    """The inventory with the rules that history can try, and the others with the reason."""
    left_out, equipment = [], []
    for item in inventory.equipment:
        events = {p.point for p in item.points if p.means.kind is Kind.EVENT}
        kept = []
        for rule in item.rules:
            if (why := _unfit(rule, events)) is None:
                kept.append(rule)
            else:
                left_out.append(LeftOut(item.id, rule.id, why))
        equipment.append(item.model_copy(update={"rules": tuple(kept)}))
    return inventory.model_copy(update={"equipment": tuple(equipment)}), tuple(left_out)


def _unfit(rule: Rule, events: set[str]) -> str | None:
    if rule.condition.kind not in _JUDGED:
        return "it goes by messages, and history holds samples only"
    if isinstance(rule.condition, Count) and rule.condition.point in events:
        return "it counts messages, and history holds samples only"
    if isinstance(rule.condition, NoData) and rule.condition.over <= HEARTBEAT:
        return f"history is silent where nothing changes: silences of up to {HEARTBEAT:g} s say nothing"
    return None


def _batches(recorded: Recorded) -> Iterator[Batch]:
    """One batch for each time; of a point that is there twice in it, the last one stands."""
    edges = np.flatnonzero(np.diff(recorded.at)) + 1
    for begin, end in zip([0, *edges.tolist()], [*edges.tolist(), len(recorded)], strict=True):
        part = slice(begin, end)
        at, good = int(recorded.at[begin]), recorded.good[part]
        yield Batch(
            recorded.point[part], recorded.value[part], np.where(good, Quality.GOOD, Quality.BAD).astype(np.uint8),
            np.where(good, Reason.NONE, Reason.UNKNOWN).astype(np.uint8), recorded.at[part], at,
        )  # fmt: skip


def _wait(clock: ManualClock, engine: Engine, until: int, book: _Book) -> None:
    """Let the clock run to a time, from one end of a delay to the next, and no longer than TICK at once."""
    while clock.wall < until:
        now = clock.mono
        ends = engine.next_end()
        step = min(TICK, until - clock.wall, max(ends - now, 1) if ends is not None else TICK)
        clock.wall += step
        clock.mono += step
        book.take(engine.tick())


class _Book:
    """Keeps what people are told."""

    def __init__(self, inventory: Inventory, found: Tried) -> None:
        self.found = found
        self._live: dict[str, Announced] = {}
        self._raised: dict[str, AlarmRaised] = {}
        self._listed = {(e.id, r.id) for e in inventory.equipment for r in e.rules if set(r.owners) <= {Post.LIST}}

    def take(self, out: Outcome) -> None:
        for draft in out.drafts:
            id_ = ".".join(p for p in (draft.equipment, draft.instance, getattr(draft.data, "rule", "")) if p)
            self._one(id_, draft)

    def _one(self, id_: str, draft: Draft) -> None:
        data = draft.data
        if isinstance(data, AlarmRaised):
            self._raised[id_] = data
            self.found.suppressed += data.detection is Detection.SUPPRESSED and draft.at >= self.found.start
        if isinstance(data, AlarmRaised | AlarmUpdated) and data.detection is Detection.ACTIVE:
            self._announce(id_, draft)
        if isinstance(data, AlarmCleared) and (alarm := self._live.pop(id_, None)) is not None:
            alarm.ended = draft.at

    def _announce(self, id_: str, draft: Draft) -> None:
        if id_ in self._live or (draft.equipment, self._raised[id_].rule) in self._listed:
            return
        raised = self._raised[id_]
        alarm = Announced(id_, draft.at, raised.priority, raised.alarm_class == "life_safety", raised.chattering)
        self._live[id_] = alarm
        if draft.at >= self.found.start:
            self.found.announced.append(alarm)
