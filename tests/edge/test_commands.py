from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest

from edge.checking import check
from edge.commands import Commands
from edge.instructions import Outcome
from edge.settings import Settings, check_settings, read_settings, write_settings
from facility import instruction
from facility.clock import NS
from facility.errors import ConfigError
from facility.event import AlarmRaised
from facility.instruction import (
    AlarmConfirmed,
    AlarmReset,
    Drill,
    Instruction,
    InstructionArguments,
    OutOfService,
)
from facility.instruction import Settings as NewSettings
from facility.point import Kind
from tests.edge import building as b
from tests.edge.fakes import World
from tests.edge.sites import SITE, write_site

LATCHED = b.rule("fire", {"kind": "is", "point": "fire", "states": ["on"]}, latching=True, per="address")
VITAL = b.rule("fire", {"kind": "is", "point": "fire", "states": ["on"]}, latching=True, per="address",
               **{"class": "life_safety"})  # fmt: skip
FIRE = b.point("fire", Kind.STATE, per="address")
INVENTORY = b.inventory(b.equipment("panel", [FIRE], [LATCHED], instances=["a1", "a2"]))

SETTINGS = """\
version: 2
overrides:
  pump-1:
    rules: {dry_run: {delay_on: 2s}}
"""


class Desk:
    """Commands over a world, and what was applied."""

    def __init__(self, world: World, folder: Path) -> None:
        self.site = check(write_site(folder), {}).site
        self.applied: list[Settings] = []
        self.world = world
        self.commands = Commands(
            self.site, Settings(1, world.inventory), world.pipeline, world.watches, world.clock, self._apply
        )

    async def _apply(self, new: Settings) -> None:
        self.applied.append(new)

    async def ask(self, arguments: InstructionArguments, target: str = "panel.a1") -> Outcome:
        now = self.world.now
        return await self.commands.do(
            Instruction(
                id=uuid4(), seq=1, site="riverside", gateway="riverside-1", target=target, arguments=arguments,
                by="wang", reason="test", at=now, expires=now + NS,
            )
        )  # fmt: skip

    async def hear(self, a1: float | None, a2: float | None = 0.0) -> None:
        await self.world.pipeline.deliver_durably(b.samples(self.world.now, (0, a1), (1, a2)))


async def test_a_reset_is_refused_while_the_condition_holds_and_done_when_it_is_gone(tmp_path: Path) -> None:
    async with World(INVENTORY) as world:
        desk = Desk(world, tmp_path)
        await desk.hear(1.0)
        answer = await desk.ask(AlarmReset(rule="fire"))
        assert (answer.outcome, "still holds" in answer.why) == ("refused", True)
        await desk.hear(0.0)
        assert world.spool.types()[-1] == "alarm.updated"
        assert await desk.ask(AlarmReset(rule="fire")) == Outcome("done")
        await world.recorder.drain()
        assert world.spool.types()[-1] == "alarm.cleared"
        assert world.spool.kept["alarm/panel.a1.fire"] == b""
        assert (await desk.ask(AlarmReset(rule="fire"))).why == "fire of panel is no live alarm"


@pytest.mark.parametrize(
    ("target", "rule", "says"),
    [
        ("panl", "fire", "no equipment 'panl' with alarm rules; did you mean 'panel'?"),
        ("panel", "fier", "panel has no evaluated rule 'fier'; did you mean 'fire'?"),
        ("panel.a9", "fire", "panel has no instance 'a9' of fire"),
    ],
)
async def test_what_is_not_there_is_refused_with_the_nearest_word(
    target: str, rule: str, says: str, tmp_path: Path
) -> None:
    async with World(INVENTORY) as world:
        assert await Desk(world, tmp_path).ask(AlarmReset(rule=rule), target) == Outcome("refused", says)


async def test_out_of_service_ends_by_itself(tmp_path: Path) -> None:
    async with World(INVENTORY) as world:
        desk = Desk(world, tmp_path)
        until = world.now + 2 * NS
        assert await desk.ask(OutOfService(rule="fire", until=until), "panel") == Outcome("done")
        await desk.hear(1.0)
        assert [str(d.data.detection) for d in world.spool.drafts if isinstance(d.data, AlarmRaised)] == [
            "out_of_service"
        ]
        await world.ticks.advance(2.25)
        await world.recorder.drain()
        assert world.spool.types()[-1] == "alarm.updated"
        past = await desk.ask(OutOfService(rule="fire", until=until), "panel")
        assert "is past" in past.why


async def test_a_standing_danger_to_life_is_never_taken_out_of_service(tmp_path: Path) -> None:
    async with World(b.inventory(b.equipment("panel", [FIRE], [VITAL], instances=["a1", "a2"]))) as world:
        desk = Desk(world, tmp_path)
        until = OutOfService(rule="fire", until=world.now + 2 * NS)
        await desk.hear(1.0)
        for target in ("panel.a1", "panel"):
            answer = await desk.ask(until, target)
            assert (answer.outcome, "panel.a1.fire is a life-safety alarm that stands" in answer.why) == (
                "refused", True,
            )  # fmt: skip
        assert await desk.ask(until, "panel.a2") == Outcome("done")
        await desk.hear(1.0, 1.0)
        assert await desk.ask(until, "panel.a2") == Outcome("done"), "out of service already, for longer"


async def test_what_is_raised_in_test_mode_is_marked(tmp_path: Path) -> None:
    async with World(INVENTORY) as world:
        desk = Desk(world, tmp_path)
        assert await desk.ask(instruction.TestMode(until=world.now + NS), "panel") == Outcome("done")
        await desk.hear(1.0)
        await world.ticks.advance(1.25)
        await desk.hear(1.0, 1.0)
        tests = {d.instance: d.data.test for d in world.spool.drafts if isinstance(d.data, AlarmRaised)}
        assert tests == {"a1": True, "a2": False}


async def test_settings_are_validated_whole_written_and_applied(tmp_path: Path) -> None:
    async with World(INVENTORY) as world:
        desk = Desk(world, tmp_path)
        assert await desk.ask(NewSettings(version=2, overlay=SETTINGS), "") == Outcome("done")
        assert (tmp_path / "settings.yaml").read_text(encoding="utf-8") == SETTINGS
        (pump,) = desk.applied[0].inventory.equipment
        assert next(r.delay_on for r in pump.rules if r.id == "dry_run") == 2.0
        wrong = (
            SETTINGS.replace("version: 2", "version: 3").replace("dry_run", "dry_rum").replace("delay_on", "delai_on")
        )
        answer = await desk.ask(NewSettings(version=3, overlay=wrong), "")
        assert answer.outcome == "refused"
        assert "settings.yaml:4" in answer.why
        assert (tmp_path / "settings.yaml").read_text(encoding="utf-8") == SETTINGS, "the last good one is kept"
        again = await desk.ask(NewSettings(version=2, overlay=SETTINGS), "")
        assert again.why == "version 2 is not newer than 2, which stands"


async def test_kinds_for_which_nothing_waits_are_refused_in_words(tmp_path: Path) -> None:
    async with World(INVENTORY) as world:
        desk = Desk(world, tmp_path)
        await desk.hear(1.0)
        confirmed = await desk.ask(AlarmConfirmed(rule="fire", outcome="real"))
        nothing = "no linkage is written for the zone of panel.a1.fire: nothing waits for its confirmation"
        assert confirmed == Outcome("refused", nothing)
        assert (await desk.ask(Drill(zone="z1", on=True))).why.startswith("no fire zone 'z1' with linkage")


def test_settings_win_over_the_site_key_by_key(tmp_path: Path) -> None:
    text = write_site(tmp_path).read_text(encoding="utf-8") + (
        "overrides: {pump-1: {rules: {dry_run: {delay_on: 9s, delay_off: 8s}}}}\n"
    )
    site = check(write_site(tmp_path, text=text), {}).site
    write_settings(site, SETTINGS)
    rule = next(r for r in read_settings(site).inventory.equipment[0].rules if r.id == "dry_run")
    assert (rule.delay_on, rule.delay_off) == (2.0, 8.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "settings start with keys"),
        ("version: 0\n", "settings.yaml:1: version"),
        ("version: 1\noverrides: {pump-9: {}}\n", "settings.yaml:2: overrides.pump-9: no equipment 'pump-9'"),
        ("version: 1\nequipment: []\n", "unknown key 'equipment'"),
    ],
)
def test_wrong_settings_are_told_with_their_line(text: str, says: str, tmp_path: Path) -> None:
    site = check(write_site(tmp_path), {}).site
    with pytest.raises(ConfigError, match=re.escape(says)):
        check_settings(site, text)


def test_no_settings_switch_a_danger_to_life_off(tmp_path: Path) -> None:
    gate = "  - {id: gate-1, type: access_gate, model: generic-modbus, connection: plant-room, unit: 2,"
    text = SITE + gate + " name: {zh: 北门, en: North gate}}\n"
    site = check(write_site(tmp_path, text=text), {}).site
    off = "version: 1\noverrides: {gate-1: {rules: {%s: {enabled: false}}}}\n"
    assert check_settings(site, off % "held_open").version == 1
    with pytest.raises(
        ConfigError, match=r"overrides\.gate-1\.rules\.duress\.enabled: .*goes out of service by a permit"
    ):
        check_settings(site, off % "duress")
