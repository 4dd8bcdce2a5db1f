"""What the duty page shows, and what may be acknowledged there."""

from __future__ import annotations

from pathlib import Path

from facility.clock import NS
from facility.event import AlarmAcknowledged, Lane
from facility.instruction import AlarmAcknowledged as InTheCloud
from tests.edge.duty.page import DURESS, FAULT, HEAT, NAME, TRAPPED, TRAPPED_2, acknowledge, alarms, site

QUIET = ((TRAPPED, 0.0), (TRAPPED_2, 0.0), (FAULT, 0.0), (HEAT, 20.0), (DURESS, 0.0))


async def test_life_safety_stands_first_and_is_acknowledged_one_by_one_by_opening_it(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.logged_in() as page:
        await here.sample((FAULT, 1.0), (TRAPPED, 1.0))
        await here.sample((HEAT, 90.0), (TRAPPED_2, 1.0))
        found = await alarms(page)
        assert list(found) == ["lift-2.trapped", "lift-1.trapped", "pump-1.trip", "pump-1.hot"]
        one, two = found["lift-1.trapped"], found["lift-2.trapped"]
        assert (one["life"], one["sounds"], one["waits"]) == (True, True, True)
        assert await acknowledge(page, one) == (409, "open_first")
        opened = (await page.get("/alarm", params={"id": one["id"]})).json()
        assert opened["steps"] == {"zh": ["五方对讲安抚"], "en": ["Calm them by intercom"]}
        assert await acknowledge(page, one, two) == (409, "open_first")
        assert await acknowledge(page, two) == (409, "open_first")
        assert await acknowledge(page, one) == (200, "")
        assert await acknowledge(page, found["pump-1.trip"], found["pump-1.hot"]) == (200, "")
        after = await alarms(page)
        assert after["lift-1.trapped"]["acknowledged"]["by"] == NAME
        assert [a["id"] for a in after.values() if a["waits"]] == ["lift-2.trapped"]
    told = [d for d in here.world.spool.drafts if isinstance(d.data, AlarmAcknowledged)]
    assert [(d.equipment, d.lane, d.data.by) for d in told if isinstance(d.data, AlarmAcknowledged)] == [
        ("lift-1", Lane.LIFE, NAME),
        ("pump-1", Lane.EVENT, NAME),
        ("pump-1", Lane.EVENT, NAME),
    ]


async def test_what_came_again_since_it_was_seen_is_not_acknowledged(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.logged_in() as page:
        await here.sample((FAULT, 1.0))
        seen = (await alarms(page))["pump-1.trip"]
        await here.sample((FAULT, 0.0))
        assert (await alarms(page))["pump-1.trip"]["detection"] == "cleared"
        await here.sample((FAULT, 1.0))
        assert await acknowledge(page, seen) == (409, "changed")
        assert (await alarms(page))["pump-1.trip"]["waits"]
        assert await acknowledge(page, {"id": "pump-9.trip", "at": 1}) == (409, "changed")


async def test_one_that_returned_stays_until_somebody_has_seen_it(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.logged_in() as page:
        await here.sample((FAULT, 1.0))
        await here.sample((FAULT, 0.0))
        one = (await alarms(page))["pump-1.trip"]
        assert (one["detection"], one["waits"], one["sounds"]) == ("cleared", True, False)
        assert await acknowledge(page, one) == (200, "")
        assert await alarms(page) == {}


async def test_a_restart_forgets_no_answer_and_no_alarm(tmp_path: Path) -> None:
    async with site(tmp_path) as before, before.logged_in() as page:
        await before.sample((TRAPPED, 1.0), (FAULT, 1.0))
        one = (await alarms(page))["lift-1.trapped"]
        await page.get("/alarm", params={"id": one["id"]})
        assert await acknowledge(page, one) == (200, "")
        await before.world.recorder.drain()
        cookies = page.cookies
    kept = {k: v for k, v in before.world.spool.kept.items() if k.startswith("answer/")}
    async with site(tmp_path, kept) as after, after.browser() as page:
        page.cookies = cookies
        assert (await page.get("/alarms")).status_code == 200
        found = {one.id: one for one in map(after.duty.book.get, ("pump-1.trip", "lift-1.trapped")) if one}
        # Nothing is live in this world: the one that was answered is over, the other one still waits.
        assert list(found) == ["pump-1.trip"]
        assert found["pump-1.trip"].detection == "cleared"


async def test_what_the_cloud_says_was_acknowledged_makes_no_sound_any_more(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.logged_in() as page:
        await here.sample((TRAPPED, 1.0))
        at = (await alarms(page))["lift-1.trapped"]["at"]
        assert here.duty.told("lift-1.trapped", InTheCloud(rule="trapped", at=at - NS, by="王芳")) is None
        found = here.duty.told("lift-1.trapped", InTheCloud(rule="trapped", at=at + NS, by="王芳"))
        assert found is not None
        assert list(found.state) == ["answer/lift-1.trapped"]
        one = (await alarms(page))["lift-1.trapped"]
        assert one["acknowledged"] == {"at": at + NS, "by": "王芳", "where": "cloud"}
        assert not one["sounds"]


async def test_duress_is_shown_and_makes_no_sound(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.logged_in() as page:
        await here.sample((DURESS, 1.0))
        one = (await alarms(page))["door-1.duress"]
        assert (one["life"], one["waits"], one["sounds"]) == (True, True, False)


async def test_what_is_unknown_is_said(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.logged_in() as page:
        await here.sample(*QUIET)
        await here.sample((TRAPPED, 1.0))
        await here.sample((TRAPPED, None), (HEAT, None))
        assert (await page.get("/alarms")).json()["cloud"]["connected"] is False
        here.links[0].works()
        here.world.manual.advance(1)
        assert (await page.get("/alarms")).json()["cloud"]["connected"] is True
        here.links[0].failed("the cloud does not answer")
        here.world.manual.advance(1)
        answer = (await page.get("/alarms")).json()
        assert [(u["equipment"]["en"], u["points"], u["of"]) for u in answer["unknown"]] == [
            ("lift-1", 1, 1),
            ("pump-1", 1, 2),
            ("beacon", 1, 1),
        ]
        assert [(a["id"], a["known"]) for a in answer["alarms"]] == [("lift-1.trapped", False)]
        assert answer["cloud"] == {"connected": False, "why": "the cloud does not answer", "waiting": 3}
