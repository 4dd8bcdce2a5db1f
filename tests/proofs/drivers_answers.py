"""Answers that come too late, and answers that nobody should send: never a wrong good value."""

import os

from tests.drivers.modbus.fuzzing import outcomes
from tests.drivers.modbus.lagging import lag
from tests.measure import Figure, measure

LATE = 1_000
FRAMES = 20_000


@measure(area="drivers")
async def late_answers_on_a_serial_line() -> Figure:
    """A libmodbus device behind a pseudo-terminal answers up to 60 ms late where 30 ms are allowed."""
    found = await lag(LATE)
    how = f"{found.late} late and {found.right} right answers; load {os.getloadavg()[0]:.1f}"
    return Figure.exactly(f"wrong values in {LATE} late answers", found.wrong, "values", 0, how)


@measure(area="drivers")
async def fuzzed_frames() -> list[Figure]:
    """Seven frames of eight spoiled, in each framing; an exception that is none of the driver's own ends the proof."""
    figures = []
    for framing in ("tcp", "rtu", "ascii"):
        seen = await outcomes(framing, FRAMES)
        wrong = sum(n for said, n in seen.items() if said.startswith("wrong"))
        how = f"{FRAMES} frames: {seen['good']} reads good, {seen['bad']} bad, {seen['error']} errors"
        figures.append(Figure.exactly(f"wrong good values, {framing}", wrong, "values", 0, how))
    return figures
