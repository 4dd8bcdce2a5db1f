"""On the simulated estate: each effect is timed to one poll, each of the ten is missed when it does not come."""

from __future__ import annotations

import pytest

from facility.clock import NS
from facility.event import AlarmRaised
from facility.linkage import EffectKind, LinkageClosed
from tests.edge.linkage.estate import Estate

POLL = 1.0


def test_the_estate_has_all_ten() -> None:
    estate = Estate("z-b-low")
    assert {effect.kind for effect in estate.effects} == set(EffectKind)


def test_each_effect_is_timed_to_one_poll() -> None:
    estate = Estate("z-a-low", step=0.25)
    estate.run(5)
    begun = estate.clock.wall
    estate.plant.inject("fire-panel", "smoke", {"address": "l1d003", "spread": "20s"})
    estate.run(115)
    fires = [d for d in estate.drafts if isinstance(d.data, AlarmRaised) and d.data.rule == "fire"]
    assert len({d.instance for d in fires}) == 2, "the second detector is a second alarm"
    assert [len(one.effects) for one in estate.opened] == [len(estate.effects)]
    assert 20 * NS <= estate.confirmed.at - begun <= (20 + POLL + 1) * NS
    seen = estate.seen()
    assert set(seen) == {effect.id for effect in estate.effects}
    for effect in estate.effects:
        at, seconds = seen[effect.id]
        assert 0 <= at - estate.came[effect.id] <= POLL * NS, effect.id
        assert seconds == pytest.approx((at - estate.confirmed.at) / NS), effect.id
        assert (seconds or 0.0) <= effect.within, effect.id
    assert estate.missing() == {}


@pytest.mark.parametrize("kind", EffectKind)
def test_one_that_does_not_come_alarms_within_a_second_of_its_time_out(kind: EffectKind) -> None:
    estate = Estate("z-b-low")
    estate.plant.inject("fire-panel", "effect_missing", {"name": kind.value})
    estate.plant.inject("fire-panel", "call_point", {"address": "l2m001"})
    wanted = {effect.id: effect.within for effect in estate.effects if effect.kind is kind}
    estate.run(max(wanted.values()) + 3)
    missing = estate.missing()
    assert set(missing) == set(wanted)
    for id, seconds in missing.items():
        assert wanted[id] <= seconds <= wanted[id] + 1, id
    alarms = [d for d in estate.drafts if isinstance(d.data, AlarmRaised) and d.data.rule == "linkage_missing"]
    assert len(alarms) == len(wanted)
    assert not any(isinstance(d.data, AlarmRaised) and d.data.drill for d in estate.drafts)


def test_a_drill_from_its_instruction_to_its_end() -> None:
    estate = Estate("z-garage")
    assert estate.drill("z-garage", on=True) is None
    estate.plant.inject("fire-panel", "effect_missing", {"name": "fire_pump"})
    estate.run(20)
    estate.plant.inject("fire-panel", "call_point", {"address": "l1m010"})
    estate.run(110)
    assert set(estate.missing()) == {"fire_pump"}
    (alarm,) = [d for d in estate.drafts if isinstance(d.data, AlarmRaised) and d.data.rule == "linkage_missing"]
    assert isinstance(alarm.data, AlarmRaised)
    assert (alarm.equipment, alarm.instance, alarm.data.drill) == ("fire-water-1", "running", True)
    estate.plant.clear("fire-panel")
    estate.run(3)
    assert estate.drill("z-garage", on=False) is None
    told = [d.data for d in estate.drafts if d.data.type.startswith("linkage.")]
    assert all(getattr(data, "drill", False) for data in told)
    assert isinstance(told[-1], LinkageClosed)
    assert told[-1].reason == "panel_reset"
