"""Detection: samples and the clock in, alarm events out; one live alarm per equipment, rule and instance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from edge.alarms.carried import carry_memory
from edge.alarms.compiled import Compiled
from edge.alarms.machine import Machine, State
from edge.alarms.memory import Kept, KeptAlarm, kept_alarm, kept_until
from edge.alarms.row import Row
from edge.alarms.selection import Selection, Selector
from edge.alarms.suppression import Suppression
from edge.alarms.telling import Marks, cleared, raised, updated
from edge.alarms.told import Verdict
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.alarm import Detection
from facility.batch import Batch
from facility.event import ActiveAlarm, AlarmSnapshot, ClockState, Draft
from facility.quality import Reason


@dataclass(slots=True)
class Outcome:
    """Events to record, and the keys of the spool's state that go with them in the same transaction."""

    drafts: list[Draft] = field(default_factory=list)
    state: dict[str, bytes] = field(default_factory=dict)

    def add(self, other: Outcome) -> Outcome:
        """This and what came after it."""
        self.drafts += other.drafts
        self.state |= other.state
        return self


@dataclass(slots=True)
class Alarm:
    """A live alarm: what was last told of it, and since when it is."""

    told: Detection
    at: int


class Engine:
    """Judges what a batch touches, moves the state machines, and tells each change once."""

    def __init__(self, compiled: Compiled, snapshot: Snapshot, clock: SteadyClock) -> None:
        self.compiled = compiled
        self.rows: tuple[Row, ...] = compiled.rows
        self.live: dict[int, Alarm] = {}
        self._snapshot = snapshot
        self._clock = clock
        self._machine = Machine(compiled.rows, compiled.order)
        self._suppression = Suppression(compiled.rows, self._machine)
        self._selector = Selector(compiled, len(snapshot.value))
        self._out_of_service: dict[int, int] = {}
        self._test: dict[str, int] = {}

    # What comes in ------------------------------------------------------------------------------------------

    def detect(self, batch: Batch) -> Outcome:
        """Judge what the samples of a batch touch; the snapshot has them already, no point twice."""
        points = batch.point
        if batch.notes:
            points = np.concatenate([points, np.array([n.point for n in batch.notes], np.uint32)])
            for kind in self.compiled.hearing:
                kind.hear(batch.notes, batch.received, self._clock.monotonic())
        selection = self._selector.of_points(points) if len(points) else None
        return self._pass(selection, batch.received) if selection is not None else Outcome()

    def tick(self) -> Outcome:
        """Let the clock do its part: delays that end, silence, ends of test and out of service."""
        now, wall = self._clock.monotonic(), self._clock.now()
        moved = self._moved(self._selector.timed) if len(self._selector.timed.places) else []
        overdue = self._machine.overdue(now)
        if len(overdue):
            moved += self._moved(self._selector.of_rows(overdue.tolist()))
        moved += self._suppression.released(now)
        out = self._tell(moved, wall) if moved else Outcome()
        for row in [r for r, until in self._out_of_service.items() if until <= wall]:
            out.add(self.set_out_of_service([row], None))
        for equipment in [e for e, until in self._test.items() if until <= wall]:
            out.add(self.set_test(equipment, None))
        return out

    def next_end(self) -> int | None:
        """When the next delay ends (monotonic ns); None where none runs."""
        return self._machine.next_end(self._clock.monotonic())

    def tell_lost(self, line: str, unit: str, *, lost: bool) -> Outcome:
        """A line (unit empty) or unit came or went."""
        row = self.compiled.losses.tell(line, unit, lost=lost)
        return Outcome() if row is None else self._pass(self._selector.loss(row), self._clock.now())

    def tell(self, verdicts: Iterable[Verdict]) -> Outcome:
        """Take in what others judge: effects of a fire that are missing, or came late."""
        rows = self.compiled.told.tell(verdicts)
        return self._pass(self._selector.of_rows(rows), self._clock.now()) if rows else Outcome()

    # What people say ----------------------------------------------------------------------------------------

    def find(self, equipment: str, rule: str, instance: str = "") -> list[int]:
        """Rows of a rule: of one instance, or (instance empty) of all."""
        return [
            i for i, r in enumerate(self.rows)
            if r.equipment == equipment and r.rule == rule and instance in ("", r.instance)
        ]  # fmt: skip

    def state(self, row: int) -> State:
        """Where a row stands."""
        return State(int(self._machine.state[row]))

    def states(self) -> list[int]:
        """Where every row stands (State)."""
        found: list[int] = self._machine.state.tolist()
        return found

    def reset(self, row: int) -> Outcome | None:
        """Unlatch; None where the row is not latched (its condition holds, or it is not live)."""
        if not self._machine.reset(row):
            return None
        return self._tell([row], self._clock.now(), why="reset")

    def set_out_of_service(self, rows: Iterable[int], until: int | None) -> Outcome:
        """Take rows out of service until a wall time, or put them back."""
        rows = list(rows)
        out = Outcome()
        for row in rows:
            if until is None:
                self._out_of_service.pop(row, None)
                if row in self._machine.out_of_service:
                    self._machine.end_clearing(row)
                self._machine.out_of_service.discard(row)
            else:
                self._out_of_service[row] = until
                self._machine.out_of_service.add(row)
            out.state[f"out_of_service/{self.rows[row].id}"] = kept_until(until)
        return out.add(self._tell(rows, self._clock.now()))

    def set_test(self, equipment: str, until: int | None) -> Outcome:
        """Mark what an equipment raises until a wall time as a test, or end it."""
        if until is None:
            self._test.pop(equipment, None)
        else:
            self._test[equipment] = until
        return Outcome(state={f"test/{equipment}": kept_until(until)})

    # What it says -------------------------------------------------------------------------------------------

    def snapshot(self) -> Draft:
        """All live alarms, for the cloud to close what is not among them."""
        alarms = [
            ActiveAlarm(equipment=r.equipment, rule=r.rule, instance=r.instance, detection=a.told, at=a.at)
            for r, a in ((self.rows[i], self.live[i]) for i in sorted(self.live))
        ]
        return Draft(data=AlarmSnapshot(alarms=tuple(alarms)), at=self._clock.now(), clock=self._clock.state)

    def restore(self, kept: Kept) -> Outcome:
        """Go on from what the spool kept; what no rule stands behind any more is cleared, and said so."""
        out = Outcome()
        kept_live: list[tuple[int, KeptAlarm]] = []
        by_id = {r.id: i for i, r in enumerate(self.rows)}
        for alarm in kept.alarms:
            row = by_id.get(alarm.id)
            if row is None:
                out.drafts.append(alarm.removed(self._clock.now(), self._clock.state))
                out.state[f"alarm/{alarm.id}"] = b""
                continue
            latched = alarm.latched and self.rows[row].latching
            self._machine.put(row, State.LATCHED if latched else State.ACTIVE)
            self.live[row] = Alarm(alarm.told, alarm.at)
            kept_live.append((row, alarm))
        for name, until in kept.out_of_service.items():
            if (row := by_id.get(name)) is not None:
                self._out_of_service[row] = until
                self._machine.out_of_service.add(row)
        self._test = dict(kept.test)
        now = self._clock.monotonic()
        for row, alarm in kept_live:
            self._suppression.restore(row, alarm.order, now, hidden=alarm.told is Detection.SUPPRESSED)
        return out.add(self._tell(sorted(self.live), self._clock.now()))

    def keep(self) -> Kept:
        """What `restore` of another engine goes on from, for new settings without a restart."""
        alarms = [self._kept(i, a) for i, a in self.live.items()]
        return Kept(tuple(alarms), {self.rows[i].id: t for i, t in self._out_of_service.items()}, dict(self._test))

    def carry(self, before: Engine) -> Outcome:
        """Go on from an engine of other settings: its alarms, its running delays, its lost lines, what its conditions
        remember; then judge what stands by the new limits.
        """
        self.compiled.losses.carry(before.compiled.losses)
        self.compiled.told.carry(before.compiled.told)
        carry_memory(before.compiled, self.compiled)
        out = self.restore(before.keep())
        by_id = {r.id: i for i, r in enumerate(self.rows)}
        for i, old in enumerate(before.rows):
            row, state = by_id.get(old.id), before.state(i)
            if row is not None:
                self._machine.chatter.carry(row, before._machine.chatter, i)
            if row is not None and state in (State.PENDING, State.CLEARING, State.AGAIN):
                new, was = self.rows[row], int(before._machine.due[i])
                longer = new.delay_on - old.delay_on
                if state is State.CLEARING:
                    longer = self._machine.delay_off(row) - before._machine.delay_off(i)
                self._machine.put(row, state, was + longer)
        return out.add(self._pass(self._selector.everything, self._clock.now()))

    # Inside -------------------------------------------------------------------------------------------------

    def _pass(self, selection: Selection, at: int) -> Outcome:
        moved = self._moved(selection)
        return self._tell(moved, at) if moved else Outcome()

    def _moved(self, selection: Selection) -> list[int]:
        """Judge the rows of a selection; those whose state changed."""
        places, now, at = selection.places, self._clock.monotonic(), selection.losses
        active = self._machine.active(places)
        verdicts = [self.compiled.losses.verdicts(places[:at])]
        for part in selection.parts:
            end = at + len(part.which)
            verdicts.append(part.kind.judge(part.which, active[at:end], self._snapshot, now))
            at = end
        known, holds = map(np.concatenate, zip(*verdicts, strict=True))
        if len(selection.guards):
            self.compiled.guards.guard(selection.guards, selection.guarded, known, holds, self._snapshot)
        return self._machine.step(places, known, holds, now)

    def _tell(self, moved: Sequence[int], at: int, why: str = "") -> Outcome:
        """Events for what reads differently now: causes first, then what they explain."""
        now = self._clock.monotonic()
        self._suppression.note(moved, now)
        order = list(dict.fromkeys([*moved, *(e for m in moved for e in self._suppression.effects(m))]))
        while ended := [row for row in order if self._ends_unseen(row, now)]:
            self._suppression.note(ended, now)
            order = list(dict.fromkeys([*order, *(e for m in ended for e in self._suppression.effects(m))]))
        order.sort(key=lambda r: (self.rows[r].depth, self._suppression.order(r)))
        out = Outcome()
        for row in order:
            self._tell_one(row, at, now, out, why)
        return out

    def _ends_unseen(self, row: int, now: int) -> bool:
        """End what leaves suppression after its condition went: it never comes to light; its off-delay is over."""
        alarm = self.live.get(row)
        hidden = alarm is not None and alarm.told is Detection.SUPPRESSED
        return hidden and self._shown(row, now)[0] is Detection.ACTIVE and self._machine.end_clearing(row)

    def _tell_one(self, row: int, at: int, now: int, out: Outcome, why: str) -> None:
        mine, alarm = self.rows[row], self.live.get(row)
        shown, cause = self._shown(row, now)
        if shown is (alarm.told if alarm else None):
            if alarm is not None:
                out.state[f"alarm/{mine.id}"] = self._kept(row, alarm).text()
            return
        at, clock = self._when(row, at)
        if alarm is None and shown is not None:
            self.live[row] = alarm = Alarm(shown, at)
            marks = Marks(
                drill=self.compiled.told.in_drill(row),
                test=mine.equipment in self._test,
                chattering=row in self._machine.chatter.rows,
            )
            out.drafts.append(raised(mine, shown, cause, self._value(row), at, clock, marks))
        elif alarm is not None and shown is None:
            del self.live[row]
            reason = why or ("out_of_service" if row in self._out_of_service else "normal")
            out.drafts.append(cleared(mine, reason, max(at, alarm.at), clock))
        elif alarm is not None and shown is not None:
            alarm.told = shown
            out.drafts.append(updated(mine, shown, cause, self._value(row), max(at, alarm.at), clock))
        out.state[f"alarm/{mine.id}"] = self._kept(row, alarm).text() if row in self.live and alarm else b""

    def _shown(self, row: int, now: int) -> tuple[Detection | None, str | None]:
        """What the row reads as, and the id of the alarm that suppresses it."""
        state = self.state(row)
        if state in (State.IDLE, State.PENDING):
            return None, None
        if row in self._out_of_service:
            return Detection.OUT_OF_SERVICE, None
        if state in (State.LATCHED, State.AGAIN):
            return Detection.LATCHED, None
        cause = self._suppression.cause(row, now)
        return (Detection.ACTIVE, None) if cause is None else (Detection.SUPPRESSED, self.rows[cause].id)

    def _when(self, row: int, at: int) -> tuple[int, ClockState]:
        """The time of the sample that did it, where this very batch brought it; else the edge's."""
        point, mine = self.rows[row].point, self.rows[row]
        if point < 0 or mine.delay_on or mine.delay_off or int(self._snapshot.received[point]) != at:
            return at, self._clock.state
        replaced = self._snapshot.reason[point] == Reason.CLOCK
        return int(self._snapshot.time[point]), ClockState.DEVICE_REPLACED if replaced else self._clock.state

    def _value(self, row: int) -> float | None:
        point = self.rows[row].point
        value = float(self._snapshot.value[point]) if point >= 0 else float("nan")
        return value if np.isfinite(value) else None

    def _kept(self, row: int, alarm: Alarm) -> KeptAlarm:
        latched = self.state(row) in (State.LATCHED, State.AGAIN)
        return kept_alarm(self.rows[row], alarm.told, alarm.at, self._suppression.order(row), latched=latched)
