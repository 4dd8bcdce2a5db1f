"""A fire alarm panel: addresses on loops, and the panel's own state; several interfaces of one panel agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from facility.clock import NS
from facility.errors import ConfigError, nearest
from facility.site import Effect
from simulators.behaviour import Context, EquipmentBehaviour, Stage
from simulators.faults import ActiveFault, kind, parameter, require_duration
from simulators.fire import Alight

_ADDRESS: Final = parameter("address", "部件地址", "address, such as l1d003", "any", key=True)
_DETECTORS: Final = frozenset({"smoke", "heat", "gas"})
_OF_ADDRESS: Final = {
    "fault": "fault", "shielded": "shielded", "supervisory": "supervisory", "pre_alarm": "pre_alarm",
    "missing": "missing",
}  # fmt: skip
"""Fault → the point of the address that shows it."""
_OF_PANEL: Final = {"battery_lost": "battery", "bus_fault": "bus"}


class Behaviour(EquipmentBehaviour):
    """Shows who is in alarm, commands the linkage, and shows what came back."""

    STAGE = Stage.SOURCE
    FAULTS = (
        kind(
            "smoke", "探测器报火警", "Smoke at a detector", _ADDRESS,
            parameter("spread", "蔓延到同区另一探测器的时间", "until a second of its zone follows, or never", "20s"),
        ),
        kind("call_point", "按下手动报警按钮", "A manual call point is pressed", _ADDRESS),
        kind("fault", "部件故障", "An address is in fault", _ADDRESS),
        kind("pre_alarm", "预警", "An address is in pre-alarm", _ADDRESS),
        kind("shielded", "部件屏蔽", "An address is shielded", _ADDRESS),
        kind("supervisory", "监管报警", "An address reports supervisory", _ADDRESS),
        kind("missing", "部件丢失", "An address does not answer the loop", _ADDRESS),
        kind("mains_lost", "主电故障", "The panel loses its mains"),
        kind("battery_lost", "备电故障", "The panel loses its battery"),
        kind("bus_fault", "总线故障", "A loop is in fault"),
        kind("manual", "控制器转为手动", "The panel is switched to manual: it commands nothing"),
        kind(
            "effect_missing", "联动反馈缺失", "An effect of the linkage does not come",
            parameter("name", "联动名称", "the effect's id, or its kind", key=True),
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        inventory = self.premises.inventory
        self._fire = self.premises.fire
        self._panel = self._fire.panel(self.equipment.place or self.id)
        zones = {p.id: p.zone for p in inventory.places}
        self._kinds = {i.id: i.kind or "smoke" for i in self.equipment.instances}
        self._zones = {i.id: i.zone or zones.get(i.place or "") or "" for i in self.equipment.instances}
        self._effects = {n for x in inventory.linkage for e in x.effects for n in (e.id, e.kind.value)}
        ids = list(self._kinds)
        self._start_of = dict(
            zip(
                [i for i in ids if self._kinds[i] == "feedback_module"],
                [i for i in ids if self._kinds[i] == "control_module"],
                strict=False,
            )
        )
        self._on: set[str] = set()
        self._shown: set[str] | None = None
        self._started: set[str] = set()
        self._feedback: set[str] = set()
        self._spread: dict[str, str] = {}
        self._reset_until = 0

    def check(self, fault: str, arguments: Mapping[str, str]) -> None:
        address = arguments.get("address", "any")
        if "address" in arguments and (address != "any" or not self._kinds):
            self._known(address)
        if fault == "call_point" and address != "any" and self._kinds[address] != "manual_call_point":
            raise ConfigError(f"{self.id}: {address} is no manual call point but a {self._kinds[address]}")
        if arguments.get("spread", "never") != "never":
            require_duration("spread", arguments["spread"])
        known = self._effects
        if fault == "effect_missing" and arguments["name"] not in known:
            name = arguments["name"]
            raise ConfigError(f"no effect {name!r}{nearest(name, known)} (there are: {', '.join(sorted(known))})")

    def _known(self, address: str) -> None:
        if not self._kinds:
            raise ConfigError(f"{self.id} shows no addresses: inject it where they are listed")
        if address not in self._kinds:
            raise ConfigError(
                f"{self.id} has no address {address!r}{nearest(address, self._kinds)} "
                f"(there are {len(self._kinds)}, such as {next(iter(self._kinds))})"
            )

    def step(self, seconds: float) -> None:
        del seconds
        on = {f"{a}.{p}" for a, p in self._burning() | self._ailing()}
        on |= {f"{a}.started" for a in self._started} | {f"{a}.feedback" for a in self._feedback}
        self._show_addresses(on)
        self._join(on)
        self._show_panel()

    def _burning(self) -> set[tuple[str, str]]:
        alight: dict[str, Alight] = {}
        for fault in (*self.faults.all("smoke"), *self.faults.all("call_point")):
            address = self._address(fault)
            self._light(address, alight)
            if fault.fault == "smoke" and (second := self._second(fault, address)):
                self._light(second, alight)
        prefix = f"{self.id}."
        for old in [k for k in self._fire.alight if k.startswith(prefix) and k[len(prefix) :] not in alight]:
            del self._fire.alight[old]
        for address, what in alight.items():
            if prefix + address not in self._fire.alight:
                self._note_fire(address)
            self._fire.alight[prefix + address] = what
        return {(a, "fire") for a in alight}

    def _light(self, address: str, alight: dict[str, Alight]) -> None:
        alight[address] = Alight(self._zones[address], self._kinds[address] == "manual_call_point")

    def _note_fire(self, address: str) -> None:
        self.note("fire_event", self.now, {"state": "fire", "on": True, "instance": address})

    def _address(self, fault: ActiveFault) -> str:
        address = fault.arguments["address"]
        if address != "any":
            return address
        wanted = {"manual_call_point"} if fault.fault == "call_point" else _DETECTORS
        return next((a for a, k in self._kinds.items() if k in wanted), next(iter(self._kinds)))

    def _second(self, fault: ActiveFault, address: str) -> str | None:
        if fault.arguments["spread"] == "never" or self.now < fault.since + round(fault.duration("spread") * NS):
            return None
        ids = list(self._kinds)
        near = sorted(
            (abs(ids.index(a) - ids.index(address)), a)
            for a, z in self._zones.items()
            if a != address and z == self._zones[address] and self._kinds[a] in _DETECTORS
        )
        return self._spread.setdefault(address, near[0][1]) if near else None

    def _ailing(self) -> set[tuple[str, str]]:
        if not self._kinds:
            return set()
        return {(self._address(f), point) for name, point in _OF_ADDRESS.items() for f in self.faults.all(name)}

    def _show_addresses(self, on: set[str]) -> None:
        if on == self._shown:
            return
        if self._shown is None:
            for name, shown in self.points.points.items():
                if shown.instance:
                    self.points.state(name, "normal")
        for name in (self._shown or set()) - on:
            self.points.state(name, "normal")
        for name in on - (self._shown or set()):
            point = name.partition(".")[2]
            self.points.state(name, point)
        self._shown = on

    def _join(self, on: set[str]) -> None:
        words = {name.partition(".")[2] for name in on}
        words |= {point for name, point in _OF_PANEL.items() if name in self.faults}
        if "mains_lost" in self.faults or not self.premises.power.mains:
            words.add("mains")
        if "manual" in self.faults:
            words.add("manual")
        if self.now < self._reset_until:
            words.add("reset")
        self._panel[self.id] = words
        self._fire.manual = any("manual" in w for w in self._panel.values())
        self._fire.missing_of[self.id] = {f.arguments["name"] for f in self.faults.all("effect_missing")}

    def _show_panel(self) -> None:
        words = set().union(*self._panel.values())
        points = self.points
        points.flag("mode", "manual" in words, ("auto", "manual"))
        for word in ("fire", "shielded", "supervisory", "started", "feedback", "delayed"):
            points.state(f"system_{word}", word if word in words else "normal")
        ill = words & {"fault", "missing", "mains", "battery", "bus"}
        points.flag("system_fault", bool(ill), ("normal", "fault"))
        for word in ("mains", "battery", "bus"):
            points.flag(word, word in words, ("normal", "fault"))
        points.state("config", "normal")
        points.flag("reset", "reset" in words, ("normal", "reset"))
        points.state("silence", "normal")

    def cleared(self, fault: str | None) -> None:
        if fault in (None, "smoke", "call_point"):
            self._reset_until = self.now + 5 * NS
            self._spread.clear()

    def commanded(self, effect: Effect) -> None:
        self._started.add(self._control(effect))

    def answered(self, effect: Effect) -> None:
        self._feedback.add(effect.point.split(".")[1])

    def released(self, effect: Effect) -> None:
        self._started.discard(self._control(effect))
        self._feedback.discard(effect.point.split(".")[1])

    def _control(self, effect: Effect) -> str:
        feedback = effect.point.split(".")[1]
        return self._start_of.get(feedback, feedback)
