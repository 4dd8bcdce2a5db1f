"""Notices on their way, on both stores: two kinds of channel, retries, the next channel, digests, one sender."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cloud.notification.channels.wecom import WeCom
from cloud.notification.store import NOBODY
from cloud.sealing import add_key, drop_old_keys
from facility.clock import NS
from tests.cloud.notification.bots import Mode
from tests.cloud.notification.telling import Telling


async def test_life_safety_goes_by_two_kinds_at_once(telling: Telling) -> None:
    await telling.route(await telling.robot("group"), await telling.robot("other"), await telling.hook("hook"))
    await telling.alarms(1, life_safety=True)
    await telling.turns(telling.sender(), 0.5)
    assert await telling.states() == [("group", "sent"), ("hook", "sent")]
    (group,) = telling.bots.at("/group")
    assert "【报警】【生命安全】0号泵:跳闸" in group.json["text"]["content"]
    assert "https://gatehouse.example/alarms/" in group.json["text"]["content"]
    assert group.json["text"]["mentioned_list"] == ["@all"]


@pytest.mark.parametrize("mode", ["refuse", "too_fast", "busy", "broken", "hang"])
@pytest.mark.parametrize("life_safety", [False, True])
async def test_what_one_channel_does_not_take_the_next_gets_within_a_minute(
    telling: Telling, mode: Mode, life_safety: bool
) -> None:
    await telling.route(await telling.robot("group"), await telling.robot("other"))
    telling.bots.modes["/group"] = mode
    telling.patience = 0.5 if mode == "hang" else telling.patience
    await telling.alarms(1, life_safety=life_safety)
    await telling.turns(telling.sender(), 60, step=2)
    assert ("group", "handed_on") in await telling.states()
    assert ("other", "sent") in await telling.states()
    assert len(telling.bots.at("/other")) == 1
    told = await telling.attempts()
    assert [row["taken"] for row in told][-1]
    assert not any(row["taken"] for row in told[:-1])
    assert all(row["why"] for row in told[:-1])


async def test_a_channel_without_a_next_is_tried_again_until_it_takes_it(telling: Telling) -> None:
    await telling.route(await telling.robot("group"))
    telling.bots.mode = "broken"
    await telling.alarms(1)
    sender = telling.sender()
    await telling.turns(sender, 120, step=1)
    tries = [row["at"] for row in await telling.attempts()]
    waits = [round((later - earlier) / NS) for earlier, later in pairwise(tries)]
    assert waits[:3] == [2, 5, 10]
    assert len(tries) < 10
    telling.bots.mode = "ok"
    await telling.turns(sender, 61, step=5)
    assert await telling.states() == [("group", "sent")]


async def test_a_channel_whose_secret_can_not_be_opened_hands_on_until_the_key_is_back(telling: Telling) -> None:
    first = await telling.robot("group")
    lost = telling.key.read_text(encoding="ascii")
    add_key(telling.key)
    drop_old_keys(telling.key)
    await telling.route(first, await telling.hook("hook"))
    await telling.alarms(1)
    sender = telling.sender()
    await telling.turns(sender, 60, step=2)
    assert await telling.states() == [("group", "handed_on"), ("hook", "sent")]
    assert "渠道的密钥信息无法解开" in (await telling.attempts())[0]["why"]
    telling.key.write_text(f"{telling.key.read_text(encoding='ascii')}{lost}", encoding="ascii")
    await telling.alarms(1)
    await telling.turns(sender, 60, step=2)
    assert (await telling.states())[2:] == [("group", "sent")]


async def test_what_nobody_foresaw_of_one_channel_ends_no_sender(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: WeCom, message: object) -> None:
        raise KeyError("unforeseen")

    monkeypatch.setattr(WeCom, "send", broken)
    await telling.route(await telling.robot("group"), await telling.hook("hook"))
    await telling.alarms(1)
    await telling.turns(telling.sender(), 60, step=2)
    assert ("hook", "sent") in await telling.states()


async def test_after_an_hour_it_is_said_to_have_failed(telling: Telling) -> None:
    await telling.route(await telling.robot("group"))
    telling.bots.mode = "broken"
    await telling.alarms(1)
    await telling.turns(telling.sender(), 3_700, step=50)
    assert await telling.states() == [("group", "failed")]


async def test_a_storm_is_a_few_digests_that_name_what_they_hold_back(telling: Telling) -> None:
    await telling.route(await telling.robot("group"))
    sender, total = telling.sender(), 0
    for _ in range(10):
        await telling.alarms(50)
        total += 50
        await telling.turns(sender, 1)
    await telling.alarms(1, life_safety=True)
    await telling.turns(sender, 5)
    assert any("生命安全" in seen.json["text"]["content"].split("\n")[0] for seen in telling.bots.seen)
    await telling.turns(sender, 60, step=2)
    told = await telling.attempts()
    at = [row["at"] for row in told]
    assert max(sum(begin <= each < begin + 60 * NS for each in at) for begin in at) <= 20
    assert sum(row["messages"] for row in told) == total + 1
    assert {state for _, state in await telling.states()} == {"sent"}
    first = telling.bots.seen[0].json["text"]["content"]
    assert first.startswith("报警汇总:50 条")
    assert "另有 38 条" in first


async def test_a_restart_does_not_forget_what_was_sent(telling: Telling) -> None:
    await telling.route(await telling.robot("group"))
    for _ in range(12):
        await telling.alarms(1)
        sender = telling.sender()
        await telling.turns(sender, 1)
        await sender._end()
    assert len(await telling.attempts()) <= 18
    await telling.turns(telling.sender(), 60, step=2)
    assert {state for _, state in await telling.states()} == {"sent"}
    assert sum(row["messages"] for row in await telling.attempts()) == 12


async def test_of_two_processes_one_sends_and_the_other_takes_over(telling: Telling) -> None:
    await telling.route(await telling.robot("group"))
    first, second = telling.sender(), telling.sender()
    await first.turn()
    await telling.alarms(1)
    await telling.turns(second, 1)
    assert await telling.attempts() == []
    await telling.turns(second, 12)
    assert len(await telling.attempts()) == 1, "the first said nothing for ten seconds"
    await telling.turns(first, 1)
    assert len(await telling.attempts()) == 1


async def test_what_nobody_takes_is_seen(telling: Telling) -> None:
    await telling.alarms(1, life_safety=True)
    await telling.turns(telling.sender(), 0.5)
    assert await telling.states() == [("", "failed")]
    assert await telling.reasons() == [NOBODY]
