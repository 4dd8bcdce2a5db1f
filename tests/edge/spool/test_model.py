"""Random histories of a spool against a model in memory: restarts, deliveries, conflicts."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edge.spool import Spool
from facility.clock import ManualClock
from facility.event import ClockStepped, Event, Lane
from tests.edge.spool.drafts import INVENTORY, a_spool, draft

LANES = st.sampled_from([Lane.LIFE, Lane.EVENT])


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="gatehouse-spool-"))
        self.clock = ManualClock()
        self.model: dict[Lane, dict[int, float | bytes]] = {lane: {} for lane in Lane}
        self.high = dict.fromkeys(Lane, 0)
        self.number = 0
        self.spool = self.opened()
        self.accept(Lane.EVENT, 1)

    def do(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    def opened(self) -> Spool:
        spool = a_spool(self.folder, self.clock)
        self.do(spool.__aenter__())
        return spool

    @rule(lane=LANES, count=st.integers(1, 4))
    def accept(self, lane: Lane, count: int) -> None:
        events = self.do(self.spool.accept([draft(self.number + i, lane) for i in range(count)], INVENTORY))
        for event in events:
            self.high[lane] += 1
            assert event.seq == self.high[lane]
            self.model[lane][event.seq] = event.data.seconds
        self.number += count

    @rule(size=st.integers(1, 9000))
    def store(self, size: int) -> None:
        body = bytes([self.number % 256]) * size
        seq = self.do(self.spool.store(body, samples=1, start=1, end=2))
        self.high[Lane.TELEMETRY] += 1
        assert seq == self.high[Lane.TELEMETRY]
        self.model[Lane.TELEMETRY][seq] = body
        self.number += 1

    @rule(lane=st.sampled_from([Lane.LIFE, Lane.EVENT, Lane.TELEMETRY]), data=st.data())
    def deliver(self, lane: Lane, data: st.DataObject) -> None:
        seqs = data.draw(st.lists(st.sampled_from(sorted(self.model[lane]) or [99]), max_size=3, unique=True))
        self.do(self.spool.delivered(lane, seqs))
        for seq in seqs:
            self.model[lane].pop(seq, None)

    @rule(seconds=st.integers(0, 100))
    def pass_time(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule()
    def restart(self) -> None:
        self.do(self.spool.__aexit__(None, None, None))
        self.spool = self.opened()
        assert self.spool.clean

    @rule()
    def conflict(self) -> None:
        was = self.spool.spool_id
        assert self.do(self.spool.reopen(was)) != was
        self.high[Lane.EVENT] += 1
        self.model[Lane.EVENT][self.high[Lane.EVENT]] = -1.0

    @rule(lane=LANES)
    def bury_the_oldest(self, lane: Lane) -> None:
        for record in self.do(self.spool.oldest(lane, 1, 1)):
            self.do(self.spool.bury(record, "refused"))
            self.model[lane].pop(record.seq)
            self.high[Lane.EVENT] += 1
            self.model[Lane.EVENT][self.high[Lane.EVENT]] = -1.0

    @invariant()
    def the_same_is_offered(self) -> None:
        for lane in (Lane.LIFE, Lane.EVENT, Lane.TELEMETRY):
            records = self.do(self.spool.oldest(lane, 10_000, 1 << 30))
            got: dict[int, float | bytes] = {}
            for record in records:
                got[record.seq] = record.body if lane is Lane.TELEMETRY else self.content(record.body)
            assert got == self.model[lane]
            assert list(got) == sorted(got)
            state = self.spool.waiting()[lane]
            assert (state.records, state.high) == (len(got), self.high[lane])
            assert state.bytes == sum(len(r.body) for r in records)

    def content(self, body: bytes) -> float:
        event = Event.model_validate_json(body)
        assert event.spool == self.spool.spool_id
        return event.data.seconds if isinstance(event.data, ClockStepped) else -1.0

    def teardown(self) -> None:
        self.do(self.spool.__aexit__(None, None, None))
        self.do(self.loop.shutdown_default_executor())
        self.loop.close()
        shutil.rmtree(self.folder)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
