"""The patrol of one site: reads and the clock in, verdicts and the state of its alarms out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from edge.patrol.memory import (
    UNTIL,
    RoundState,
    Unwalked,
    below,
    plan_text,
    read_round,
    read_unwalked,
    read_versions,
    round_key,
)
from edge.patrol.plan import DAY, Plan, Round, Version
from edge.patrol.reader_clock import UNCOMPARED, ReaderClock
from edge.patrol.reads import Read, identity
from edge.patrol.seen import Seen
from edge.patrol.telling import unknown_tag, verdict
from edge.patrol.verdicts import judge
from edge.steady_clock import SteadyClock
from facility.clock import NS
from facility.event import Draft, PatrolRead
from facility.inventory import Inventory

SETTLE: Final = 2 * NS
"""A read that is on its way at the end of a window still counts."""
GRACE: Final = 15 * NS
"""After a start: windows that ended while the edge was away wait so long for what the broker has kept."""
AFTER_START: Final = 60 * NS
"""So long after a start the broker may still bring what it has kept: what is old then says nothing of a clock."""
LIVE: Final = 3_600 * NS
"""What was missed longer ago, while the edge was away, goes into the record and alarms nobody."""
LATE: Final = 120 * NS
"""A read that comes so long after its time is an upload."""
KEPT: Final = 200 * DAY


@dataclass(slots=True)
class Walked:
    """What came about: events, and the keys of the spool's state that go with them."""

    drafts: list[Draft] = field(default_factory=list)
    state: dict[str, bytes] = field(default_factory=dict)


class Patrol:
    """All routes. It does nothing by itself: `hear` reads, `tick` the clock, then ask `alarms`."""

    def __init__(self, inventory: Inventory, clock: SteadyClock, kept: Mapping[str, bytes]) -> None:
        self._clock = clock
        self._started = clock.now()
        self._kept = {k: v for k, v in kept.items() if k.startswith("patrol/round/") and v}
        self._seen = Seen(kept)
        self._clocks = {r: ReaderClock(v) for r, v in below(kept, "patrol/clock/")}
        self._unwalked = {r: read_unwalked(v) for r, v in below(kept, "patrol/alarm/")}
        self._until = max(int(kept.get(UNTIL) or self._started), self._started - KEPT)
        self._ticked = self._started
        self._next = 0
        self._open: set[tuple[str, int]] = set()
        self._plans: dict[str, Plan] = {}
        self._changes: dict[str, bytes] = {}
        self._set_out({r: read_versions(v) for r, v in below(kept, "patrol/route/")}, inventory)
        self._reopen()

    # What comes in ------------------------------------------------------------------------------------------

    def hear(self, reads: Sequence[Draft]) -> Walked:
        """Reads as events; those that are known already are dropped, the others told with their verdicts."""
        out, touched = Walked(), set[tuple[str, int]]()
        received = self._clock.now()
        states: dict[tuple[str, int], tuple[Round, RoundState]] = {}
        for draft in reads:
            if not isinstance(draft.data, PatrolRead):
                out.drafts.append(draft)
                continue
            at, bound, shifted = self._timed(draft, draft.data, received)
            id_, own = identity(draft.equipment, draft.data, draft.at)
            if not self._seen.first(id_, own):
                continue
            data = draft.data.model_copy(update={"late_upload": bound > 0})
            out.drafts.append(draft.model_copy(update={"data": data, "at": at}))
            found = self._belongs(draft.equipment, data, at)
            if found is None:
                out.drafts += self._stray(draft.equipment, data, at)
            for round_, checkpoint in found or ():
                key = (round_.route.id, round_.start)
                if key not in states:
                    states[key] = (round_, self._state(round_))
                read = Read(id_, checkpoint, draft.equipment, data.guard, at, bound, received, shifted)
                states[key][1].reads[id_] = read
                touched.add(key)
        for key in sorted(touched, key=lambda k: k[1]):
            self._refresh(*states[key], self._ticked, out, live=False)
        return self._finished(out)

    def tick(self) -> Walked:
        """Let the clock do its part; cheap where no window has ended."""
        now = self._clock.now()
        self._ticked = now
        if now < self._next:
            return Walked()
        out = Walked()
        for plan in self._plans.values():
            for round_ in plan.rounds(self._until, now):
                self._open.add((round_.route.id, round_.start))
                self._save(round_, self._state(round_, opened=True))
        self._until = max(self._until, now)
        self._changes[UNTIL] = str(self._until).encode()
        for route, start in sorted(self._open, key=lambda k: k[1]):
            self._advance(route, start, now, out)
        self._forget(now - KEPT)
        self._next = self._following(now)
        return self._finished(out)

    def carry(self, inventory: Inventory) -> Walked:
        """Go on with routes as they are written now; a round that has begun goes on as it was."""
        self._set_out({r: p.versions for r, p in self._plans.items()}, inventory)
        self._open = {key for key in self._open if key[0] in self._plans}
        self._next = 0
        return self._finished(Walked())

    def late_starts(self) -> set[str]:
        """Routes of which a round was not begun in time."""
        return {route for route, u in self._unwalked.items() if u.late is not None and route in self._plans}

    def missed(self) -> set[tuple[str, str]]:
        """(route, checkpoint) where nobody came in time and nobody has been since."""
        return {(route, c) for route, u in self._unwalked.items() for c in u.missed if route in self._plans}

    # Reads --------------------------------------------------------------------------------------------------

    def _timed(self, draft: Draft, read: PatrolRead, received: int) -> tuple[int, int, bool]:
        """(its moment by the edge's clock, how far that may be wrong: 0 on line, whether the reader's clock is off)."""
        clock = self._clocks.setdefault(draft.equipment, ReaderClock())
        late = read.late_upload or draft.replayed
        told = read.reader_now if read.reader_now is not None else None if late else read.reader_clock
        queued = not clock.compared and received - self._started < AFTER_START
        if told is not None and not (queued and received - told > LATE):
            clock.hear(told, received)
            self._changes[f"patrol/clock/{draft.equipment}"] = clock.text()
        if read.reader_clock is None:
            on_line = not late and received - draft.at <= LATE
            return draft.at, 0 if on_line else UNCOMPARED, False
        at = read.reader_clock - clock.offset()
        if not late and received - at <= LATE:
            return min(at, received), 0, clock.shifted
        return at, clock.bound(at), clock.shifted

    def _belongs(self, reader: str, read: PatrolRead, at: int) -> list[tuple[Round, int]] | None:
        """The rounds that a read belongs to; None for a tag that no route knows.

        Where routes share a checkpoint it is of those that its guard walks; if he walks none, of the nearest.
        """
        plans = [p for p in self._plans.values() if p.knows(reader, read.tag)]
        if not plans:
            return None
        near = [n for n in (p.nearest(reader, read.tag, at) for p in plans) if n is not None]
        mine = [n for n in near if read.guard is None or not n[1].route.guards or read.guard in n[1].route.guards]
        chosen = mine or sorted(near, key=lambda n: n[0])[:1]
        return [(round_, checkpoint) for _, round_, checkpoint in chosen]

    def _stray(self, reader: str, read: PatrolRead, at: int) -> Iterable[Draft]:
        readers = {c.reader for p in self._plans.values() for c in p.route.checkpoints}
        return [unknown_tag(reader, read, at, self._clock.state)] if reader in readers else []

    # Rounds -------------------------------------------------------------------------------------------------

    def _advance(self, route: str, start: int, now: int, out: Walked) -> None:
        round_ = self._plans[route].at(start)
        if round_ is None:
            self._open.discard((route, start))
            return
        state = self._state(round_)
        if self._ripe(round_.begin_by, now) and not judge(round_, list(state.reads.values())).visits:
            self._begun_late(round_, now)
        self._refresh(round_, state, now, out, live=True)
        if self._ripe(round_.ends, now):
            self._open.discard((route, start))

    def _begun_late(self, round_: Round, now: int) -> None:
        unwalked = self._unwalked.setdefault(round_.route.id, Unwalked())
        if now - round_.begin_by <= LIVE and (unwalked.late or 0) < round_.start:
            unwalked.late = round_.start
            self._changes[f"patrol/alarm/{round_.route.id}"] = unwalked.text()

    def _refresh(self, round_: Round, state: RoundState, now: int, out: Walked, *, live: bool) -> None:
        """Judge a round anew and tell what reads differently. Only the clock (`live`) makes an alarm."""
        found = judge(round_, list(state.reads.values()))
        for i, window in enumerate(round_.windows):
            before = state.told.get(i)
            if i in found.visits:
                read, word = found.visits[i]
                if before != (word, read.id):
                    out.drafts.append(verdict(round_, i, word, self._clock.state, read, before))
                    state.told[i] = (word, read.id)
                state.said[read.id] = word
            elif state.opened and (before is None or before[0] != "missed") and self._ripe(window.closes, now):
                out.drafts.append(verdict(round_, i, "missed", self._clock.state, None, before))
                state.told[i] = ("missed", "")
                if live and now - window.closes <= LIVE:
                    self._miss(round_, i, begun=bool(found.visits))
        for read, word in found.others:
            if state.said.get(read.id) != word:
                said = state.said.get(read.id)
                before = (said, read.id) if said else None
                out.drafts.append(verdict(round_, read.checkpoint, word, self._clock.state, read, before, visit=False))
                state.said[read.id] = word
        if found.visits:
            self._walked(round_, {round_.route.checkpoints[i].id for i in found.visits})
        self._save(round_, state)

    def _miss(self, round_: Round, checkpoint: int, *, begun: bool) -> None:
        unwalked = self._unwalked.setdefault(round_.route.id, Unwalked())
        unwalked.missed[round_.route.checkpoints[checkpoint].id] = (round_.start, begun)
        self._changes[f"patrol/alarm/{round_.route.id}"] = unwalked.text()

    def _walked(self, round_: Round, checkpoints: set[str]) -> None:
        """Somebody was there: what alarmed of this round or an earlier one ends."""
        unwalked = self._unwalked.get(round_.route.id)
        if unwalked is None:
            return
        over = {
            c
            for c, (start, begun) in unwalked.missed.items()
            if start <= round_.start and (c in checkpoints or (start < round_.start and not begun))
        }
        if over or (unwalked.late is not None and unwalked.late <= round_.start):
            unwalked.missed = {c: m for c, m in unwalked.missed.items() if c not in over}
            if unwalked.late is not None and unwalked.late <= round_.start:
                unwalked.late = None
            self._changes[f"patrol/alarm/{round_.route.id}"] = unwalked.text()

    def _ripe(self, deadline: int, now: int) -> bool:
        deadline += SETTLE
        return deadline <= now and (deadline > self._started or now >= self._started + GRACE)

    # What is kept -------------------------------------------------------------------------------------------

    def _state(self, round_: Round, *, opened: bool = False) -> RoundState:
        text = self._kept.get(round_key(round_.route.id, round_.start))
        state = read_round(text, round_.route.checkpoints) if text else RoundState()
        state.opened = state.opened or opened
        return state

    def _save(self, round_: Round, state: RoundState) -> None:
        key, text = round_key(round_.route.id, round_.start), state.text()
        if self._kept.get(key) != text:
            self._kept[key] = self._changes[key] = text

    def _finished(self, out: Walked) -> Walked:
        out.state |= self._seen.changes() | self._changes
        self._changes = {}
        return out

    def _forget(self, before: int) -> None:
        self._seen.forget(before)
        for key in [k for k in self._kept if int(k.rpartition("/")[2]) < before]:
            del self._kept[key]
            self._changes[key] = b""

    def _set_out(self, versions: Mapping[str, Sequence[Version]], inventory: Inventory) -> None:
        """Plans of the routes as written now, and of what they were."""
        now, plans = self._clock.now(), {}
        for route in inventory.routes:
            known = list(versions.get(route.id, ()))
            if not known or known[-1].route != route:
                known.append(Version(now, route))
            while len(known) > 1 and known[1].since < now - KEPT:
                del known[0]
            plans[route.id] = Plan(known, inventory.timezone)
        self._plans = plans
        for route_id in {*versions, *plans}:
            text = plan_text(plans[route_id]) if route_id in plans else b""
            self._changes[f"patrol/route/{route_id}"] = text
        for route_id in self._unwalked.keys() - plans.keys():
            self._unwalked.pop(route_id)
            self._changes[f"patrol/alarm/{route_id}"] = b""

    def _reopen(self) -> None:
        """After a start: the rounds that had begun and are not over."""
        for key in self._kept:
            route, _, start = key.removeprefix("patrol/round/").rpartition("/")
            if int(start) < self._until - 2 * DAY:
                continue
            round_ = self._plans[route].at(int(start)) if route in self._plans else None
            if round_ is not None and self._unfinished(round_):
                self._open.add((route, int(start)))

    def _unfinished(self, round_: Round) -> bool:
        state = self._state(round_)
        return state.opened and (len(state.told) < len(round_.windows) or round_.ends + SETTLE > self._started)

    def _following(self, now: int) -> int:
        """The moment at which the clock has something to do again."""
        moments = [now + DAY]
        for route, start in self._open:
            if (round_ := self._plans[route].at(start)) is not None:
                ends = [SETTLE + e for e in (round_.begin_by, *(w.closes for w in round_.windows))]
                moments += [e for e in ends if e > now]
                if now < self._started + GRACE and any(e <= self._started for e in ends):
                    moments.append(self._started + GRACE)
        moments += [s for p in self._plans.values() if (s := p.next_start(now)) is not None]
        return min(moments)
