"""A scenario: a written timeline of faults, played on the plant's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from pydantic import model_validator

from facility import yaml_source
from facility.clock import NS
from facility.errors import ConfigError, nearest
from facility.words import Duration, Frozen, Id, Text
from simulators.plant import Plant

SHIPPED: Final = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True)
class Deed:
    """What one step does: `inject` or `clear`, and of what. `fault` is None where all of a target are cleared."""

    inject: bool
    target: str
    fault: str | None
    arguments: dict[str, str] = field(default_factory=dict)


def _deed(text: str, *, inject: bool) -> Deed:
    """Of `pump-1 dry_run` or `fire-panel smoke address=l1d003`; ValueError for anything else."""
    words = text.split()
    named = dict(w.split("=", 1) for w in words if "=" in w)
    plain = [w for w in words if "=" not in w]
    if not plain or len(plain) > 2 or (inject and len(plain) == 1) or words[: len(plain)] != plain:
        raise ValueError(f"{text!r}: write `target fault`, then arguments as name=value")
    if named and not inject:
        raise ValueError(f"{text!r}: clear takes no arguments")
    return Deed(inject, plain[0], plain[1] if len(plain) == 2 else None, named)


class Step(Frozen):
    """One moment of a timeline: what is injected or cleared, or only said."""

    at: Duration
    inject: str | None = None
    clear: str | None = None
    says: Text | None = None

    @model_validator(mode="after")
    def _written_well(self) -> Step:
        if self.inject and self.clear:
            raise ValueError("a step does one thing: inject or clear")
        if not (self.inject or self.clear or self.says):
            raise ValueError("a step does something: inject, clear or says")
        _ = self.deed
        return self

    @cached_property
    def deed(self) -> Deed | None:
        """What is done; None where something is only said."""
        if self.inject:
            return _deed(self.inject, inject=True)
        return _deed(self.clear, inject=False) if self.clear else None


class Scenario(Frozen):
    """A timeline. `lasts` is at least as long as its last step."""

    id: Id
    name: Text
    tells: Text
    lasts: Duration
    steps: tuple[Step, ...]

    @model_validator(mode="after")
    def _in_order(self) -> Scenario:
        times = [s.at for s in self.steps]
        if times != sorted(times):
            raise ValueError("steps stand in the order of their times")
        if times and times[-1] > self.lasts:
            raise ValueError(f"lasts is {self.lasts:g} s, but a step comes at {times[-1]:g} s")
        return self


def read(path: Path) -> Scenario:
    """Read one file; ConfigError carries every mistake with its line."""
    source = yaml_source.load(path)
    found = yaml_source.check(Scenario, source)
    if found is not None and found.id != path.stem:
        source.mistake(("id",), f"the file is called {path.stem!r}, the scenario {found.id!r}: make them the same")
    return source.right(found)


def names() -> tuple[str, ...]:
    """The scenarios that ship."""
    return tuple(sorted(p.stem for p in SHIPPED.glob("*.yaml")))


def shipped(name: str) -> Scenario:
    """A scenario that ships; ConfigError names what there is."""
    if name not in names():
        raise ConfigError(f"no scenario {name!r}{nearest(name, names())} (there are: {', '.join(names())})")
    return read(SHIPPED / f"{name}.yaml")


def check(scenario: Scenario, plant: Plant) -> None:
    """ConfigError with every step that this plant cannot do."""
    wrong = []
    for step in scenario.steps:
        try:
            if (deed := step.deed) is not None:
                plant.check(deed.target, deed.fault, deed.arguments if deed.inject else None)
        except ConfigError as error:
            wrong.append(f"{scenario.id} at {step.at:g} s: {error}")
    if wrong:
        raise ConfigError("\n".join(wrong))


class Player:
    """Plays a scenario on a plant from the plant's present moment on."""

    def __init__(self, scenario: Scenario, plant: Plant) -> None:
        check(scenario, plant)
        self.scenario = scenario
        self._plant = plant
        self._start = plant.time
        self._left = list(scenario.steps)

    @property
    def over(self) -> bool:
        """Whether it has lasted its time."""
        return self._plant.time >= self._start + round(self.scenario.lasts * NS)

    def due(self) -> Iterator[Step]:
        """Do and hand out the steps whose moment has come on the plant's clock."""
        while self._left and self._start + round(self._left[0].at * NS) <= self._plant.time:
            step = self._left.pop(0)
            if (deed := step.deed) is not None:
                if deed.inject and deed.fault is not None:
                    self._plant.inject(deed.target, deed.fault, deed.arguments)
                else:
                    self._plant.clear(deed.target, deed.fault)
            yield step

    def run(self, seen: Callable[[Step], None] = lambda _step: None) -> None:
        """Play it whole, as fast as it goes; the plant's clock stands at its end afterwards."""
        end = self._start + round(self.scenario.lasts * NS)
        while True:
            for step in self.due():
                seen(step)
            if self.over:
                return
            following = self._start + round(self._left[0].at * NS) if self._left else end
            self._plant.advance(min(end, following))
