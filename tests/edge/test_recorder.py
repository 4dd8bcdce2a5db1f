"""Events to the disk: life safety overtakes a flood, order holds within each, event and state stay together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from edge.recorder import TOGETHER, Recorder
from facility.alarm import AlarmClass, Priority
from facility.event import AlarmRaised, Draft, Event, Lane


class Disk:
    """Remembers each transaction; `may` lets them through."""

    def __init__(self) -> None:
        self.commits: list[tuple[list[str], dict[str, bytes]]] = []
        self.may = asyncio.Event()

    async def accept(
        self, drafts: Sequence[Draft], inventory: str, state: Mapping[str, bytes] | None = None
    ) -> list[Event]:
        await self.may.wait()
        self.commits.append(([d.equipment for d in drafts], dict(state or {})))
        return []


def alarm(name: str, lane: Lane = Lane.EVENT) -> tuple[Draft, dict[str, bytes]]:
    kind = AlarmClass.LIFE_SAFETY if lane is Lane.LIFE else AlarmClass.EQUIPMENT
    data = AlarmRaised(rule="r", priority=Priority.HIGH, alarm_class=kind)
    return Draft(data=data, at=1, equipment=name, lane=lane), {f"alarm/{name}.r": b"live"}


async def test_a_fire_overtakes_five_thousand_alarms_and_each_keeps_its_state() -> None:
    disk = Disk()
    recorder = Recorder(disk, "revision")
    writing = asyncio.create_task(recorder.run())
    flood = [alarm(f"e{i}") for i in range(5_000)]
    before = recorder.put([d for d, _ in flood], {k: v for _, s in flood for k, v in s.items()} | {"else": b"1"})
    await asyncio.sleep(0)
    fire, state = alarm("panel", Lane.LIFE)
    at_once = recorder.put([fire], state)
    disk.may.set()
    assert at_once is not None
    assert before is not None
    await at_once
    await before
    assert [names for names, _ in disk.commits].index(["panel"]) == 1, "it waits for the transaction that is on its way"
    names = [name for names, _ in disk.commits for name in names if name != "panel"]
    assert names == [f"e{i}" for i in range(5_000)]
    assert all(len(names) <= TOGETHER for names, _ in disk.commits)
    for names, kept in disk.commits:
        assert kept.keys() - {"else"} == {f"alarm/{name}.r" for name in names}
    assert disk.commits[-1][1]["else"] == b"1"
    writing.cancel()


async def test_one_batch_with_both_is_done_when_both_are_on_disk() -> None:
    disk = Disk()
    recorder = Recorder(disk, "revision")
    writing = asyncio.create_task(recorder.run())
    (one, some), (fire, more) = alarm("e1"), alarm("panel", Lane.LIFE)
    done = recorder.put([one, fire], some | more)
    disk.may.set()
    assert done is not None
    await done
    assert disk.commits == [(["panel"], more), (["e1"], some)]
    writing.cancel()
