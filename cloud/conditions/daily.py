"""One kept day as the API tells it."""

from __future__ import annotations

from cloud.conditions.schemas import MachineDay
from cloud.conditions.store import KeptDay
from facility.clock import NS
from facility.condition.tally import Run, Tally

HOUR_NS = 3_600 * NS


def machine_day(kept: KeptDay) -> MachineDay:
    """Ns become seconds; what is not known is null."""
    tally, run, down = kept.tally, kept.tally.running, kept.tally.down
    pumped, lifted, night = tally.pumped, tally.lifted, tally.night
    return MachineDay(
        day=kept.day,
        part=kept.part,
        length=tally.length / NS,
        known=_seconds(run, "known"),
        running=_seconds(run, "held"),
        starts=_amount(tally, "starts"),
        most_starts=tally.often.most if tally.often is not None and tally.often.known else None,
        energy=_amount(tally, "energy"),
        volume=pumped.m3 if pumped is not None and pumped.known else _amount(tally, "volume"),
        specific_energy=pumped.kwh / pumped.m3 if pumped is not None and pumped.m3 > 0 else None,
        efficiency=lifted.hydraulic / lifted.electric if lifted is not None and lifted.electric > 0 else None,
        night_flow=night.m3 / night.known * HOUR_NS if night is not None and night.known else None,
        out_of_service=_seconds(down, "held"),
        faults=down.begins if down is not None and down.known else None,
        trips=_amount(tally, "trips"),
        door_cycles=_amount(tally, "door_cycles"),
        door_reversals=_amount(tally, "door_reversals"),
        as_of=kept.until,
        restated=kept.restated,
    )


def _seconds(run: Run | None, name: str) -> float | None:
    if run is None or not run.known:
        return None
    return (run.known if name == "known" else run.held) / NS


def _amount(tally: Tally, role: str) -> float | None:
    rise = tally.counters.get(role)
    return rise.amount if rise is not None else None
