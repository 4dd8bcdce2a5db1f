from pathlib import Path

import pytest

from facility.clock import NS
from facility.errors import ConfigError
from facility.inventory import Inventory
from simulators import scenario
from simulators.plant import Plant
from tests.simulators.conftest import WEDNESDAY, Shown

SHORT = [n for n in scenario.names() if scenario.shipped(n).lasts <= 3600]


def test_six_and_more_ship() -> None:
    assert len(scenario.names()) >= 6
    assert {"dry-pump", "fire", "trapped-person", "mains-lost", "power-fail-flood", "normal-day",
            "stranger-in-the-garage"} <= set(scenario.names())  # fmt: skip


@pytest.mark.parametrize("name", SHORT)
def test_a_shipped_scenario_plays_to_its_end_and_leaves_nothing_broken(inventory: Inventory, name: str) -> None:
    written, plant = scenario.shipped(name), Plant(inventory, start=WEDNESDAY)
    seen: list[tuple[scenario.Step, int]] = []
    scenario.Player(written, plant).run(lambda step: seen.append((step, plant.time)))
    assert [s for s, _ in seen] == list(written.steps)
    assert all(at == WEDNESDAY + round(s.at * NS) for s, at in seen)
    assert plant.time == WEDNESDAY + round(written.lasts * NS)
    assert plant.active() == []


def test_the_normal_day_fits_the_estate(inventory: Inventory) -> None:
    scenario.check(scenario.shipped("normal-day"), Plant(inventory, start=WEDNESDAY))


def test_the_flood_comes_only_while_the_power_is_away(inventory: Inventory) -> None:
    shown = Shown(Plant(inventory, start=WEDNESDAY))
    player = scenario.Player(scenario.shipped("power-fail-flood"), shown.plant)
    levels = []
    while not player.over:
        list(player.due())
        shown.run(1.0)
        levels.append(shown.word("sump-1.high_level"))
    assert levels.index("high") > 30
    assert levels[-1] == "normal"


def test_steps_are_done_once_however_the_clock_moves(inventory: Inventory) -> None:
    plant = Plant(inventory, start=WEDNESDAY)
    player = scenario.Player(scenario.shipped("dry-pump"), plant)
    assert list(player.due()) == []
    plant.advance(WEDNESDAY + 60 * NS)
    assert [s.inject for s in player.due()] == ["pump-1 dry_run"]
    assert list(player.due()) == []
    assert [f.fault for f in plant.active()] == ["dry_run"]


def _write(path: Path, steps: str, lasts: str = "1min") -> Path:
    path.write_text(
        f"id: {path.stem}\nname: {{zh: 试, en: Try}}\ntells: {{zh: 试, en: Try}}\nlasts: {lasts}\nsteps:\n{steps}",
        "utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ("  - {at: 10s}\n", "does something"),
        ("  - {at: 10s, inject: pump-1 dry_run, clear: pump-1}\n", "one thing"),
        ("  - {at: 10s, inject: pump-1}\n", "write `target fault`"),
        ("  - {at: 10s, inject: a b c}\n", "write `target fault`"),
        ("  - {at: 10s, clear: pump-1 leak flow=1}\n", "takes no arguments"),
        ("  - {at: 2min, clear: pump-1}\n", "lasts is 60 s"),
        ("  - {at: 20s, clear: pump-1}\n  - {at: 10s, clear: pump-1}\n", "in the order"),
        ("  - {at: soon, clear: pump-1}\n", "no duration"),
    ],
)
def test_a_badly_written_scenario_says_why(tmp_path: Path, steps: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        scenario.read(_write(tmp_path / "try.yaml", steps))


def test_all_that_a_plant_cannot_do_is_said_at_once(tmp_path: Path, inventory: Inventory) -> None:
    steps = "  - {at: 1s, inject: pump-9 dry_run}\n  - {at: 2s, inject: pump-1 dryrun}\n  - {at: 3s, clear: sump-9}\n"
    written = scenario.read(_write(tmp_path / "try.yaml", steps))
    with pytest.raises(ConfigError) as wrong:
        scenario.check(written, Plant(inventory, start=WEDNESDAY))
    assert all(w in str(wrong.value) for w in ("pump-9", "dryrun", "sump-9"))
    with pytest.raises(ConfigError, match="did you mean 'dry-pump'"):
        scenario.shipped("dry-pumps")
