"""Every alarm that the oracle judges, one by one, by the settings of the tests' site."""

from __future__ import annotations

from dataclasses import dataclass, field

LINE = "riverside-1.line-1.line_lost"
LOST = {"": LINE, "1": "tank.unit_lost", "2": "board.unit_lost", "3": "fan.unit_lost"}
"""Unit (empty: the whole line) → its alarm."""
SILENT = (LINE, "tank.unit_lost")


@dataclass
class Slow:
    """One alarm that can be. Delays in s."""

    id: str
    on: float = 0.0
    off: float = 0.0
    latching: bool = False
    causes: tuple[str, ...] = ()
    group: str = ""
    priority: int = 3
    active: bool = False
    latched: bool = False
    since: int | None = None
    gone: int | None = None
    explains: bool = False
    order: tuple[int, int, int] | None = None
    """When it began to explain others, as (run, time, place)."""
    ended: int | None = None
    """When it no longer did."""
    held: int | None = None
    """Hidden till then, for it was when the engine began anew."""
    times: list[int] = field(default_factory=list)
    """When it became active, newest last."""
    chatters: bool = False


def alarms(*, changed: bool) -> list[Slow]:
    """All that can be, by the site's first settings or the changed ones."""
    return [
        Slow(LINE, on=3), Slow("tank.unit_lost", on=5, causes=(LINE,)),
        Slow("board.unit_lost", on=5, causes=(LINE,)), Slow("fan.unit_lost", on=5, causes=(LINE, "board.cut")),
        Slow("tank.high", on=2, causes=("tank.fault",)), Slow("tank.low", on=2 if changed else 4, off=3),
        Slow("tank.fault", off=2), Slow("tank.latched", on=2, latching=True),
        Slow("tank.a1.fire", latching=True), Slow("tank.a2.fire", latching=True), Slow("tank.a3.fire", latching=True),
        Slow("tank.z1.both", latching=True), Slow("tank.z2.both", latching=True),
        Slow("tank.quiet", on=1, causes=SILENT), Slow("tank.quiet_level", on=2, off=1, causes=SILENT),
        Slow("tank.apart", on=2, off=3, causes=("tank.fault",)),
        Slow("tank.bit", on=2, latching=True, causes=("tank.fault",)), Slow("tank.still"),
        Slow("tank.quick", on=4, off=1, causes=("tank.apart",)),
        Slow("tank.vain"), Slow("tank.often", latching=True), Slow("tank.steps"), Slow("tank.tries"),
        Slow("tank.duress", latching=True), Slow("tank.told", latching=True), Slow("tank.held"),
        Slow("tank.strange", on=1), Slow("tank.one", group="pump"), Slow("tank.two", on=1, off=2, group="pump"),
        Slow("tank.three", group="pump", priority=2), Slow("board.cut", off=1),
        Slow("fan.slow", on=2, group="fan", causes=("board.cut",)),
        Slow("fan.quick", on=2, off=4, group="fan", causes=("board.cut",)),
    ]  # fmt: skip
