import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from edge.instructions import Inbox, Outcome
from edge.spool import Spool
from facility.clock import NS, ManualClock
from facility.errors import SpoolError
from facility.event import Event, InstructionResult, Lane
from facility.instruction import AlarmReset, Instruction
from tests.edge.building import equipment, inventory, point
from tests.edge.until import until

SITE = inventory(equipment("pump-1", [point("flow")]))
RENEWED = inventory(equipment("pump-1", [point("flow"), point("head")]))
CLOCK = ManualClock()


def instruction(seq: int, *, expires: float = 60, gateway: str = "riverside-1") -> Instruction:
    return Instruction(
        id=uuid4(),
        seq=seq,
        site="riverside",
        gateway=gateway,
        target="panel.l1d003",
        arguments=AlarmReset(rule="fire"),
        by="chen",
        reason="checked",
        at=CLOCK.wall,
        expires=CLOCK.wall + round(expires * NS),
    )


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    async with Spool(tmp_path / "s.db", CLOCK, site="riverside", gateway="riverside-1") as spool:
        yield spool


class Doer:
    """Notes what it is given; does as its outcomes say."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.answer: Outcome | Exception = Outcome("done")

    async def __call__(self, instruction: Instruction) -> Outcome:
        self.done.append(instruction.seq)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@asynccontextmanager
async def running(spool: Spool, doer: Doer) -> AsyncIterator[Inbox]:
    inbox = Inbox(spool, SITE, CLOCK, doer)
    task = asyncio.create_task(inbox.run())
    yield inbox
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def answers(spool: Spool, count: int) -> dict[UUID, InstructionResult]:
    await until(lambda: spool.waiting()[Lane.EVENT].high == count)
    events = [Event.model_validate_json(r.body) for r in await spool.oldest(Lane.EVENT, 100, 1 << 20)]
    assert all((e.equipment, e.instance) == ("panel", "l1d003") for e in events)
    return {e.data.instruction: e.data for e in events if isinstance(e.data, InstructionResult)}


async def test_done_in_order_once_and_answered(spool: Spool) -> None:
    doer, items = Doer(), [instruction(n) for n in (1, 2, 3)]
    async with running(spool, doer) as inbox:
        for item in [items[2], items[0], items[1], items[0], items[2]]:
            inbox.put(item)
        got = await answers(spool, 3)
        inbox.put(items[1])
        inbox.put(last := instruction(9))
        got = await answers(spool, 4)
        assert await inbox.after() == 9
    assert doer.done == [1, 2, 3, 9]
    assert list(got) == [i.id for i in [*items, last]]
    assert {a.outcome for a in got.values()} == {"done"}


async def test_another_one_of_a_number_that_waits_is_no_failure(spool: Spool) -> None:
    """A cloud that was put back from a copy counts again from there."""
    doer, first = Doer(), instruction(1)
    async with running(spool, doer) as inbox:
        inbox.put(first)
        inbox.put(instruction(1, expires=90))
        got = await answers(spool, 1)
    assert (doer.done, list(got)) == ([1], [first.id])


async def test_the_last_one_done_is_remembered_over_a_restart(spool: Spool) -> None:
    doer = Doer()
    async with running(spool, doer) as inbox:
        inbox.put(instruction(4))
        await answers(spool, 1)
    async with running(spool, doer) as inbox:
        assert await inbox.after() == 4
        inbox.put(instruction(4))
        inbox.put(instruction(5))
        await answers(spool, 2)
    assert doer.done == [4, 5]


async def test_after_new_settings_answers_name_the_new_inventory(spool: Spool) -> None:
    async with running(spool, Doer()) as inbox:
        inbox.put(instruction(1))
        await answers(spool, 1)
        inbox.renew(RENEWED)
        inbox.put(instruction(2))
        await answers(spool, 2)
    records = await spool.oldest(Lane.EVENT, 10, 1 << 20)
    assert [r.inventory for r in records] == [SITE.revision, RENEWED.revision]


async def test_expired_and_foreign_ones_are_never_done(spool: Spool) -> None:
    doer = Doer()
    late, foreign = instruction(1, expires=0), instruction(2, gateway="other")
    async with running(spool, doer) as inbox:
        inbox.put(late)
        inbox.put(foreign)
        got = await answers(spool, 2)
    assert doer.done == []
    assert got[late.id].outcome == "expired"
    assert got[foreign.id].outcome == "refused"


async def test_a_handler_that_fails_is_answered_and_stops_no_other(spool: Spool) -> None:
    doer, first, second = Doer(), instruction(1), instruction(2)
    doer.answer = ValueError("boom")
    async with running(spool, doer) as inbox:
        inbox.put(first)
        await answers(spool, 1)
        doer.answer = Outcome("refused", "it still holds")
        inbox.put(second)
        got = await answers(spool, 2)
    assert (got[first.id].outcome, got[second.id].outcome) == ("failed", "refused")
    assert "boom" in got[first.id].why


async def test_what_was_begun_when_the_process_died_is_not_done_again(spool: Spool) -> None:
    doer, item = Doer(), instruction(1)
    doer.answer = SpoolError("killed here")
    inbox = Inbox(spool, SITE, CLOCK, doer)
    inbox.put(item)
    with pytest.raises(SpoolError):
        await inbox.run()
    async with running(spool, doer) as again:
        again.put(item)
        got = await answers(spool, 1)
    assert doer.done == [1]
    assert got[item.id].outcome == "failed"
    assert "look whether it is done" in got[item.id].why
