import pytest

from facility.clock import NS
from facility.site import Effect
from tests.simulators.conftest import Shown


def _effects(shown: Shown, zone: str) -> tuple[Effect, ...]:
    return next(x.effects for x in shown.plant.inventory.linkage if x.zone == zone)


def _times(shown: Shown, zone: str, seconds: int) -> dict[str, float]:
    """When each effect of a zone was seen, in seconds from now."""
    begin, seen = shown.plant.time, dict[str, float]()
    for _ in range(seconds):
        shown.run(1.0)
        for effect in _effects(shown, zone):
            if shown.word(effect.point) == effect.state:
                seen.setdefault(effect.id, (shown.plant.time - begin) / NS)
    return seen


def test_one_detector_alone_moves_nothing(shown: Shown) -> None:
    shown.plant.inject("fire-panel", "smoke", {"address": "l1d003", "spread": "never"})
    assert _times(shown, "z-a-low", 120).keys() <= {
        "barriers_up-barrier-in",
        "barriers_up-barrier-out",
        "courtyard_gate_open",
    }
    assert shown.word("door-lobby-a.lock") != "released"
    assert shown.plant.premises.fire.zones == ()


def test_a_second_detector_confirms_and_every_effect_comes_in_its_time(shown: Shown) -> None:
    shown.plant.inject("fire-panel", "smoke", {"address": "l1d003", "spread": "20s"})
    shown.run(22)
    burning = [p.instance for p in shown.plant.inventory.points if p.point == "fire" and shown[p.id] == 1.0]
    assert len(burning) == 2
    assert shown.plant.premises.fire.zones == ("z-a-low",)
    seen = _times(shown, "z-a-low", 120)
    for effect in _effects(shown, "z-a-low"):
        assert effect.id in seen, effect.id
        assert seen[effect.id] <= effect.within, effect.id
    assert seen["doors_released-door-lobby-a"] < seen["lifts_recalled-lift-1"]
    assert seen["broadcast"] < seen["shutters"]
    assert shown["lift-1.floor"] == 1
    assert shown.word("lift-1.door") == "open"
    assert shown.word("lift-3.mode") == "normal"
    assert shown.word("fire-panel.l1m024.started") == "started"


def test_a_call_point_confirms_alone(shown: Shown) -> None:
    shown.plant.inject("fire-panel", "call_point", {"address": "l2m001"})
    seen = _times(shown, "z-b-low", 100)
    assert set(seen) == {e.id for e in _effects(shown, "z-b-low")}


@pytest.mark.parametrize(
    "name", ["doors_released", "lifts_recalled-lift-3", "fire_pump", "non_fire_power_cut", "shutters"]
)
def test_a_missing_effect_never_comes_and_the_others_do(shown: Shown, name: str) -> None:
    shown.plant.inject("fire-panel", "effect_missing", {"name": name})
    shown.plant.inject("fire-panel", "call_point", {"address": "l2m001"})
    seen = _times(shown, "z-b-low", 120)
    missing = {e.id for e in _effects(shown, "z-b-low") if e.id == name or e.id.startswith(f"{name}-")}
    assert missing
    assert set(seen) == {e.id for e in _effects(shown, "z-b-low")} - missing
    if name == "doors_released":
        assert shown.word("door-lobby-b.mode") == "fire_release"
        assert shown.word("door-lobby-b.lock") == "locked"


def test_a_panel_in_manual_commands_nothing(shown: Shown) -> None:
    shown.plant.inject("fire-panel", "manual")
    shown.run(2)
    shown.plant.inject("fire-panel", "call_point", {"address": "l1m001"})
    shown.run(100)
    assert shown.word("fire-panel.l1m001.fire") == "fire"
    assert shown.word("fire-water-1.running") == "stopped"
    shown.plant.clear("fire-panel", "manual")
    assert shown.within(60, lambda s: s.word("fire-water-1.running") == "running")


def test_after_the_reset_all_is_as_it_was(shown: Shown) -> None:
    shown.plant.inject("fire-panel", "smoke", {"address": "l1d003"})
    shown.run(150)
    lighting = shown["meter-lighting.active_power"]
    shown.plant.clear("fire-panel")
    shown.run(2)
    assert shown.word("fire-panel-status.reset") == "reset"
    shown.run(120)
    assert shown["meter-lighting.active_power"] > lighting + 0.5
    for point in shown.plant.inventory.points:
        if point.id.startswith("fire-panel"):
            assert shown[point.id] == 0.0, point.id
    for zone in ("z-a-low", "z-garage"):
        for effect in _effects(shown, zone):
            if not effect.point.startswith(("barrier", "door")):
                assert shown.word(effect.point) != effect.state, effect.id
    trips = shown["lift-1.trips"]
    shown.run(1200)
    assert shown["lift-1.trips"] > trips


def test_two_zones_release_together(shown: Shown) -> None:
    shown.plant.inject("fire-panel", "call_point", {"address": "l1m001"})
    shown.plant.inject("fire-panel", "call_point", {"address": "l2m001"})
    shown.run(100)
    assert set(shown.plant.premises.fire.zones) == {"z-a-low", "z-b-low"}
    shown.plant.clear("fire-panel")
    shown.run(60)
    assert shown.plant.premises.fire.zones == ()
    assert shown.word("fire-water-1.running") == "stopped"
