import asyncio
from pathlib import Path

import pytest

from edge.checking import check
from edge.ends import Ends, Hooks
from edge.instructions import Outcome
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.spool import Spool
from facility.clock import SystemClock
from facility.event import Lane
from facility.instruction import Instruction
from tests.edge.building import equipment, inventory, point
from tests.edge.fake_cloud import FakeCloud
from tests.edge.fake_end import Reply
from tests.edge.sites import SITE, write_site
from tests.edge.test_instructions import RENEWED, instruction
from tests.edge.until import until


async def done(_instruction: Instruction) -> Outcome:
    return Outcome("done")


async def nothing() -> None:
    """No alarm is active."""


HOOKS = Hooks(done, nothing, Snapshot(point_table(inventory(equipment("pump-1", [point("flow")]))), SystemClock()))


async def test_after_new_settings_instructions_are_answered_under_the_new_inventory(tmp_path: Path) -> None:
    with FakeCloud() as cloud:
        cloud.before = lambda request: Reply(404) if request.path.endswith("/live") else None
        (tmp_path / "cloud.token").write_text("secret", encoding="utf-8")
        text = f"{SITE}cloud: {{url: '{cloud.url}', token: {{file: cloud.token}}}}\n"
        checked = check(write_site(tmp_path, text=text), {})
        was, clock = checked.settings.inventory, SystemClock()
        async with Spool(tmp_path / "s.db", clock, site="riverside", gateway="riverside-1") as spool:
            ends = Ends(checked.site.written, tmp_path, {}, spool, clock, "1")
            running = asyncio.create_task(ends.run(was, HOOKS))
            await until(lambda: ends._inbox is not None)
            assert ends._inbox is not None
            ends._inbox.put(instruction(1, expires=1e9))
            await until(lambda: len(cloud.arrived) == 1)
            await spool.keep_inventory(RENEWED.revision, RENEWED.body.encode())
            ends.renew(RENEWED)
            ends._inbox.put(instruction(2, expires=1e9))
            await until(lambda: len(cloud.arrived) == 2)
            await until(lambda: spool.waiting()[Lane.EVENT].records == 0)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert spool.waiting()[Lane.EVENT].records == 0
    assert [e.inventory for e in cloud.arrived] == [was.revision, RENEWED.revision]
    assert cloud.inventories == [was.revision, RENEWED.revision]
