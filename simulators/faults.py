"""Faults: what can go wrong, what is wrong now, and the board that puts them in and takes them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from facility.errors import ConfigError, nearest
from facility.words import Text, seconds


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a fault. `default` empty: it must be given. `key`: two of the fault with other ones stand side
    by side (two smoking detectors).
    """

    name: str
    name_text: Text
    default: str = ""
    choices: tuple[str, ...] = ()
    key: bool = False


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A fault that a type of equipment can have. `momentary`: it happens once and is over by itself."""

    id: str
    name: Text
    parameters: tuple[Parameter, ...] = ()
    momentary: bool = False


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """A fault that is there now, since UTC ns `since`."""

    target: str
    fault: str
    arguments: Mapping[str, str]
    since: int

    def number(self, name: str) -> float:
        """A numeric argument."""
        return float(self.arguments[name])

    def duration(self, name: str) -> float:
        """Seconds of an argument such as `20s`."""
        return seconds(self.arguments[name])


def kind(id: str, zh: str, en: str, *parameters: Parameter, momentary: bool = False) -> FaultKind:
    """A fault in both languages."""
    return FaultKind(id, Text(zh=zh, en=en), parameters, momentary)


def parameter(
    name: str, zh: str, en: str, default: str = "", *, choices: tuple[str, ...] = (), key: bool = False
) -> Parameter:
    """A parameter in both languages."""
    return Parameter(name, Text(zh=zh, en=en), default, choices, key)


def require_number(name: str, value: str, low: float, high: float) -> None:
    """ConfigError where an argument is no number from low to high."""
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise ConfigError(f"{name}={value!r}: give a number from {low:g} to {high:g}")


def require_duration(name: str, value: str) -> None:
    """ConfigError where an argument is no duration."""
    try:
        seconds(value)
    except ValueError as error:
        raise ConfigError(f"{name}={value!r}: {error}") from error


@dataclass(slots=True)
class Faults:
    """The faults of one equipment."""

    kinds: tuple[FaultKind, ...] = ()
    _active: dict[tuple[str, ...], ActiveFault] = field(default_factory=dict)
    _names: dict[str, ActiveFault] = field(default_factory=dict)

    def __contains__(self, fault: str) -> bool:
        return fault in self._names

    def get(self, fault: str) -> ActiveFault | None:
        """The fault, or None where it is not there; of several, the latest."""
        return self._names.get(fault)

    def all(self, fault: str) -> Sequence[ActiveFault]:
        """Every one of a fault that can be there several times."""
        return [f for f in self._active.values() if f.fault == fault] if fault in self._names else ()

    def active(self) -> list[ActiveFault]:
        """All, oldest first."""
        return list(self._active.values())

    def kind(self, target: str, fault: str) -> FaultKind:
        """The kind; ConfigError names what there is."""
        found = next((k for k in self.kinds if k.id == fault), None)
        if found is None:
            there = ", ".join(k.id for k in self.kinds) or "none"
            near = nearest(fault, [k.id for k in self.kinds])
            raise ConfigError(f"{target} knows no fault {fault!r}{near} (there are: {there})")
        return found

    def arguments(self, target: str, kind: FaultKind, given: Mapping[str, str]) -> dict[str, str]:
        """The arguments with their defaults; ConfigError for an unknown, a missing or an impossible one."""
        known = [p.name for p in kind.parameters]
        for name in given:
            if name not in known:
                there = ", ".join(known) or "none"
                raise ConfigError(
                    f"{target} {kind.id} takes no argument {name!r}{nearest(name, known)} (there are: {there})"
                )
        found: dict[str, str] = {}
        for p in kind.parameters:
            value = given.get(p.name, p.default)
            if not value:
                raise ConfigError(f"{target} {kind.id} needs {p.name}=…: {p.name_text.en}")
            if p.choices and value not in p.choices:
                raise ConfigError(
                    f"{target} {kind.id}: no {p.name} {value!r}{nearest(value, p.choices)} "
                    f"(there are: {', '.join(p.choices)})"
                )
            found[p.name] = value
        return found

    def add(self, fault: ActiveFault, kind: FaultKind) -> None:
        """Put a fault in; the same one again changes its arguments and keeps its time."""
        key = (fault.fault, *(fault.arguments[p.name] for p in kind.parameters if p.key))
        old = self._active.get(key)
        kept = ActiveFault(fault.target, fault.fault, fault.arguments, old.since) if old else fault
        self._active[key] = self._names[fault.fault] = kept

    def remove(self, fault: str | None) -> None:
        """Take one fault out, or all."""
        self._active = {k: f for k, f in self._active.items() if fault is not None and f.fault != fault}
        self._names = {f.fault: f for f in self._active.values()}
