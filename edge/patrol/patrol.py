"""The patrol of one site: reads and the clock in, verdicts and the state of its alarms out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from edge.patrol.memory import (
    UNTIL,
    RoundState,
    below,
    plan_text,
    read_round,
    read_versions,
    round_key,
)
from edge.patrol.plan import DAY, Plan, Round, Version
from edge.patrol.readers import Readers
from edge.patrol.reads import Read, identity
from edge.patrol.seen import Seen
from edge.patrol.telling import unknown_tag, verdict
from edge.patrol.unwalked import UnwalkedRoutes
from edge.patrol.verdicts import judge
from edge.steady_clock import SteadyClock
from facility.clock import NS
from facility.event import Draft, PatrolRead
from facility.inventory import Inventory

SETTLE: Final = 2 * NS
"""A read that is on its way at the end of a window still counts."""
GRACE: Final = 15 * NS
"""After a start: windows that ended while the edge was away wait so long for what the broker has kept."""
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
        self._readers = Readers(kept, self._started)
        self._unwalked = UnwalkedRoutes(kept)
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
            moment = self._readers.moment(draft, draft.data, received)
            at = moment.at
            id_, own = identity(draft.equipment, draft.data, draft.at)
            if not self._seen.first(id_, own):
                continue
            data = draft.data.model_copy(update={"late_upload": moment.bound > 0})
            out.drafts.append(draft.model_copy(update={"data": data, "at": at}))
            found = self._belongs(draft.equipment, data, at)
            if found is None:
                out.drafts += self._stray(draft.equipment, data, at)
            for round_, checkpoint in found or ():
                key = (round_.route.id, round_.start)
                if key not in states:
                    states[key] = (round_, self._state(round_))
                read = Read(id_, checkpoint, draft.equipment, data.guard, at, moment.bound, received, moment.shifted)
                states[key][1].reads[id_] = read
                touched.add(key)
        for key in sorted(touched, key=lambda k: k[1]):
            self._refresh(*states[key], self._ticked, out, live=False)
            self._judge_after_start(key, states[key][1])
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
        return self._unwalked.late_starts()

    def missed(self) -> set[tuple[str, str]]:
        """(route, checkpoint) where nobody came in time and nobody has been since."""
        return self._unwalked.missed()

    # Reads --------------------------------------------------------------------------------------------------

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

    def _judge_after_start(self, key: tuple[str, int], state: RoundState) -> None:
        """A read right after a start may take a visit away: what was missed then is told when all is in."""
        settled = self._started + GRACE
        if state.opened and self._ticked < settled:
            self._open.add(key)
            self._next = min(self._next, settled)

    # Rounds -------------------------------------------------------------------------------------------------

    def _advance(self, route: str, start: int, now: int, out: Walked) -> None:
        round_ = self._plans[route].at(start)
        if round_ is None:
            self._open.discard((route, start))
            return
        state = self._state(round_)
        if self._ripe(round_.begin_by, now) and not judge(round_, list(state.reads.values())).visits:
            self._unwalked.begun_late(round_, now)
        self._refresh(round_, state, now, out, live=True)
        if self._ripe(round_.ends, now):
            self._open.discard((route, start))

    def _refresh(self, round_: Round, state: RoundState, now: int, out: Walked, *, live: bool) -> None:
        """Judge a round anew and tell what reads differently. Only the clock (`live`) makes an alarm, no correction."""
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
                if live and before is None:
                    self._unwalked.miss(round_, i, now, begun=bool(found.visits))
        for read, word in found.others:
            if state.said.get(read.id) != word:
                said = state.said.get(read.id)
                before = (said, read.id) if said else None
                out.drafts.append(verdict(round_, read.checkpoint, word, self._clock.state, read, before, visit=False))
                state.said[read.id] = word
        if found.visits:
            self._unwalked.walked(round_, {round_.route.checkpoints[i].id for i in found.visits})
        self._save(round_, state)

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
        out.state |= self._seen.changes() | self._readers.changes() | self._unwalked.changes() | self._changes
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
        self._unwalked.keep_only(plans)

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
