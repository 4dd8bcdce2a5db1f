"""A door with a reader, or a vehicle barrier: people and cars come, are let in or not, and go through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from facility.batch import Scalar
from facility.clock import NS
from facility.site import Effect
from simulators import profiles
from simulators.agenda import Agenda
from simulators.behaviour import Context, EquipmentBehaviour
from simulators.faults import ActiveFault, Parameter, kind, parameter, require_number

_PER_HOUR: Final = {"door": 26.0, "barrier": 11.0}
_DENIED: Final = 0.012
_REASONS: Final = ("unknown_credential", "point_no_access_rights", "credential_expired", "out_of_time_range")
"""Of BACnet's list (ASHRAE 135, BACnetAccessEvent), the commonest first."""
_PLATE_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def _times(often: int) -> Parameter:
    """So often that the catalog's rule alarms at an entrance where once is a record and no more."""
    return parameter("times", "次数", "how often", str(often))


class Behaviour(EquipmentBehaviour):
    """One lane. While it is busy, who comes next waits."""

    FAULTS = (
        kind("forced_open", "强行开门", "Forced open"),
        kind("held_open", "门常开未关", "Held open"),
        kind("expired_card", "使用过期卡", "An expired card is tried", _times(3), momentary=True),
        kind("wrong_card", "多次刷无效卡", "An unknown card is tried", _times(5), momentary=True),
        kind("tailgating", "尾随进入", "Somebody slips in behind a resident", _times(3), momentary=True),
        kind("pedestrian", "行人从车道进入", "A pedestrian goes through the vehicle lane", momentary=True),
        kind(
            "waved_through",
            "未查验证件遥控放行",
            "Opened by hand, no pass checked, nobody registered",
            _times(2),
            momentary=True,
        ),
        kind("duress", "胁迫开门", "Opened under duress", momentary=True),
        kind("tamper", "设备防拆报警", "The reader is tampered with"),
        kind("obstructed", "通道受阻", "The lane is obstructed"),
        kind("door_fault", "门机故障", "The door's drive is in fault"),
        kind("free_access", "常开模式(4 小时后报警)", "In free access (told after 4 h)"),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        name = f"{self.id} {self.equipment.name.en}".lower()
        self.barrier = "barrier" in name
        self._only = "in" if self.id.endswith("-in") else "out" if self.id.endswith("-out") else None
        self._agenda = Agenda()
        self._open = self._unlocked = self._busy = False
        self._commanded = self._released = self._raised = False
        self._held_since = 0
        self.passages = {way: self.begins(f"passages_{way}", self.noise.whole(20_000, 90_000)) for way in ("in", "out")}
        cards = self.noise.rng.integers(10**9, 4 * 10**9, 220)
        self._cards = [f"{c:010d}" for c in cards.tolist()]
        self._agenda.after(self.now, self.noise.uniform(5.0, 120.0), self._arrives)

    def check(self, fault: str, arguments: Mapping[str, str]) -> None:
        del fault
        if "times" in arguments:
            require_number("times", arguments["times"], 1, 50)

    def step(self, seconds: float) -> None:
        del seconds
        self._agenda.run(self.now)
        self._show()

    def _arrives(self, at: int) -> None:
        calendar = self.premises.calendar
        usage = profiles.at(profiles.MOVEMENT[calendar.kind], calendar.hour)
        per_hour = _PER_HOUR["barrier" if self.barrier else "door"] * max(0.02, usage)
        self._agenda.after(at, max(2.0, self.noise.waiting(per_hour)), self._arrives)
        if self._commanded or "forced_open" in self.faults or "door_fault" in self.faults:
            return
        if self._busy:
            self._agenda.after(at, 12.0, self._tries)
        else:
            self._tries(at)

    def _tries(self, at: int) -> None:
        if self._busy or self._commanded:
            return
        way = self._only or ("in" if self.noise.chance(0.5) else "out")
        card = self._card()
        if self.noise.chance(_DENIED):
            reason = _REASONS[min(self.noise.whole(0, 5), self.noise.whole(0, 3))]
            self.note("denied", at, {"reason": reason, "card": card, "direction": way, "credential": "card"})
            return
        self._lets(at, way, {"card": card, "direction": way, "credential": "card"})

    def _card(self) -> str:
        return self._cards[self.noise.whole(0, len(self._cards) - 1)]

    def _lets(self, at: int, way: str, granted: Mapping[str, Scalar], *, behind: int = 0) -> None:
        """Unlock, open, let one through and `behind` more, close, lock."""
        self.note("granted", at, granted)
        self._busy = self._unlocked = True
        opens = at + round((1.8 if self.barrier else 1.2) * NS)
        self._agenda.at(opens, lambda _at: self._set_open(open_=True))
        passes = opens + round(self.noise.uniform(1.0, 2.5) * NS)
        self._agenda.at(passes, lambda t: self._passes(t, way))
        for k in range(behind):
            self._agenda.at(passes + (k + 1) * NS, lambda t: self._passes(t, way, tailgating=True))
        closes = passes + behind * NS + round(self.noise.uniform(2.0, 5.0) * NS)
        self._agenda.at(closes, lambda _at: self._set_open(open_=False))

    def _set_open(self, *, open_: bool) -> None:
        self._open = open_
        if not open_:
            self._busy = self._unlocked = False

    def _passes(self, at: int, way: str, *, tailgating: bool = False, on_foot: bool = False) -> None:
        self.passages[way] += 1.0
        data: dict[str, Scalar] = {
            "direction": way,
            "kind": "vehicle" if self.barrier and not on_foot else "person",
            "plate": self._plate() if self.barrier and not on_foot else None,
            "tailgating": tailgating,
        }
        self.note("passage", at, data)

    def _plate(self) -> str:
        letter = _PLATE_LETTERS[self.noise.whole(0, len(_PLATE_LETTERS) - 1)]
        return f"沪{letter}{self.noise.whole(10_000, 99_999)}"

    def happen(self, fault: ActiveFault) -> None:
        times = round(fault.number("times")) if "times" in fault.arguments else 1
        way, card = self._only or "in", self._card()
        for k in range(times):
            opens = fault.fault in ("tailgating", "waved_through")
            at = self.now + (12 if opens else 2) * k * NS
            self._agenda.at(at, lambda t: self._misdeed(fault.fault, t, way, card))

    def _misdeed(self, fault: str, at: int, way: str, card: str) -> None:
        if fault in ("expired_card", "wrong_card"):
            reason = "credential_expired" if fault == "expired_card" else "unknown_credential"
            self.note("denied", at, {"reason": reason, "card": card, "direction": way, "credential": "card"})
        elif fault == "pedestrian":
            self._passes(at, way, on_foot=True)
        else:
            credential = {"waved_through": "remote", "duress": "duress"}.get(fault, "card")
            shown = None if fault == "waved_through" else card
            granted = {"card": shown, "direction": way, "credential": credential}
            self._lets(at, way, granted, behind=fault == "tailgating")

    def commanded(self, effect: Effect) -> None:
        del effect
        self._commanded = True

    def answered(self, effect: Effect) -> None:
        self._released = True
        self._raised = self._raised or effect.state == "open"

    def released(self, effect: Effect) -> None:
        del effect
        self._commanded = self._released = self._raised = False

    def _mode(self) -> str:
        return "fire_release" if self._commanded else "free_access" if "free_access" in self.faults else "normal"

    def _alarm(self, *, open_: bool) -> str:
        for fault, alarm in (("forced_open", "forced_open"), ("tamper", "tamper"), ("door_fault", "door_fault")):
            if fault in self.faults:
                return alarm
        if "held_open" in self.faults and self.now - self._held_since >= 30 * NS:
            return "open_too_long"
        if self._commanded and open_:
            return "egress_open"
        return "free_access" if "free_access" in self.faults else "normal"

    def _show(self) -> None:
        faults, points = self.faults, self.points
        held = faults.get("held_open")
        self._held_since = held.since if held else self.now
        open_ = self._open or self._raised or held is not None or "forced_open" in faults
        free = self._unlocked or "free_access" in faults or held is not None
        points.flag("door", open_, ("closed", "open"))
        points.state("lock", "released" if self._released else "unlocked" if free else "locked")
        points.state("mode", self._mode())
        points.state("alarm", self._alarm(open_=open_))
        points.flag("tamper", "tamper" in faults, ("normal", "tamper"))
        points.flag("obstruction", "obstructed" in faults, ("clear", "obstructed"))
        points.put_all(passages_in=self.passages["in"], passages_out=self.passages["out"])
