"""What linkage shall say, written from the contract alone: plain values, seconds, and no thought of speed."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.edge.linkage.house import ADDRESSES, EFFECTS, WITHIN

DRILL_LASTS = 4 * 3600.0
GRACE = 0.75


@dataclass
class Checklist:
    opened: float
    drill: bool
    confirmed: float | None = None
    seen: dict[str, float] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)


class Oracle:
    """`said`: lines as House.told has them. A value that is bad or a broker's stored one is None."""

    def __init__(self) -> None:
        self.now = 0.0
        self.said: list[str] = []
        self.lists: dict[str, Checklist] = {}
        self.drills: dict[str, float] = {}
        self.last: dict[str, float | None] = {f"{e}.on": None for e in WITHIN}
        self.alight: set[str] = set()
        self.lacked: set[str] = set()

    # What happens -------------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        self.now = now
        self._time_outs()
        for zone, until in sorted(self.drills.items()):
            if until <= now:
                self.end_drill(zone)

    def hear(self, said: list[tuple[str, float | None]], *, retained: bool = False) -> None:
        before = {zone: self._alight_in(zone) for zone in EFFECTS}
        concerned = False
        for point, value in said:
            if point.startswith("panel."):
                concerned = True
                address = point.split(".")[1]
                if value == 1.0:
                    self.alight.add(address)
                elif value is not None:
                    self.alight.discard(address)
            else:
                self.last[point] = None if retained else value
                concerned = concerned or bool(self.lists)
        if not concerned:
            return
        self._time_outs()
        moved = [z for z in EFFECTS if before[z] != self._alight_in(z)]
        for zone in moved:
            if zone not in self.lists and self._alight_in(zone):
                self._begin(zone)
        for zone in sorted(self.lists):
            self._effects(zone)
        for zone in moved:
            self._judge(zone, before[zone])

    def restart(self) -> None:
        self.last = dict.fromkeys(self.last)

    def confirm(self, zone: str, outcome: str) -> bool:
        fire = self.lists.get(zone)
        if fire is None:
            return False
        if outcome == "real":
            if fire.drill:
                self.drills.pop(zone, None)
                fire.drill = False
                self._say(zone, fire, "marked")
            if fire.confirmed is None:
                self._confirm(zone, fire, "instruction")
        elif outcome == "drill" and not fire.drill:
            fire.drill = True
            self._say(zone, fire, "marked")
        return True

    def begin_drill(self, zone: str, *, at_once: bool) -> bool:
        fire = self.lists.get(zone)
        if fire is not None and not fire.drill:
            return False
        if zone in self.drills and not (at_once and fire is not None and fire.confirmed is None):
            return False
        self.drills[zone] = self.now + DRILL_LASTS
        if fire is None:
            fire = self._begin(zone)
        if at_once and fire.confirmed is None:
            self._confirm(zone, fire, "drill")
        return True

    def ask_end(self, zone: str) -> bool:
        if zone not in self.drills or self._alight_in(zone):
            return False
        self.end_drill(zone)
        return True

    def end_drill(self, zone: str) -> None:
        del self.drills[zone]
        fire = self.lists.get(zone)
        if fire is not None and fire.drill and not self._alight_in(zone):
            self._close(zone, "drill_ended")

    @property
    def lacking(self) -> set[str]:
        """Effects of which an alarm's condition holds now."""
        return {e for fire in self.lists.values() for e in fire.missing - fire.seen.keys()}

    # What follows from it -----------------------------------------------------------------------------------

    def _alight_in(self, zone: str) -> frozenset[str]:
        return frozenset(a for a in self.alight if ADDRESSES[a][0] == zone)

    def _begin(self, zone: str) -> Checklist:
        fire = self.lists[zone] = Checklist(self.now, zone in self.drills)
        self._say(zone, fire, "opened")
        for name in EFFECTS[zone]:
            if self.last[f"{name}.on"] == 1.0:
                fire.seen[name] = self.now
                self._say(zone, fire, "seen", f"effect={name}", "already")
        return fire

    def _effects(self, zone: str) -> None:
        fire = self.lists[zone]
        for name in EFFECTS[zone]:
            value = self.last[f"{name}.on"]
            if value == 1.0 and name not in fire.seen:
                fire.seen[name] = self.now
                after = "" if fire.confirmed is None else f"seconds={self.now - fire.confirmed}"
                self._say(zone, fire, "seen", f"effect={name}", after)
            elif value == 0.0 and fire.confirmed is None:
                fire.seen.pop(name, None)

    def _judge(self, zone: str, before: frozenset[str]) -> None:
        fire, alight = self.lists.get(zone), self._alight_in(zone)
        if fire is None:
            return
        manual = any(ADDRESSES[a][1] == "manual_call_point" for a in alight)
        if fire.confirmed is None and (manual or len(alight) > 1):
            self._confirm(zone, fire, "call_point" if manual else "addresses")
        if before and not alight:
            if fire.confirmed is not None:
                self._close(zone, "panel_reset")
            elif zone not in self.drills:
                self._close(zone, "not_confirmed")

    def _confirm(self, zone: str, fire: Checklist, by: str) -> None:
        fire.confirmed = self.now
        seen = {name: at - self.now for name, at in fire.seen.items()}
        self._say(zone, fire, "confirmed", f"by={by}", f"seen={seen}" if seen else "")

    def _time_outs(self) -> None:
        for zone, fire in sorted(self.lists.items(), key=lambda each: each[0]):
            for name in EFFECTS[zone]:
                late = fire.confirmed is not None and self.now >= fire.confirmed + WITHIN[name] + GRACE
                if late and name not in fire.seen and name not in fire.missing:
                    fire.missing.add(name)
                    known = "known" if self.last[f"{name}.on"] is not None else ""
                    self._say(zone, fire, "missing", f"effect={name}", f"within={WITHIN[name]}", known)

    def _close(self, zone: str, reason: str) -> None:
        self._say(zone, self.lists.pop(zone), "closed", f"reason={reason}")

    def _say(self, zone: str, fire: Checklist, what: str, *more: str) -> None:
        words = [f"{self.now:g}", what, zone, f"since={fire.opened:g}", "drill" if fire.drill else "", *more]
        self.said.append(" ".join(w for w in words if w))
