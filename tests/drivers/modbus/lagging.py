"""A serial device whose answers come too late, at random: does one of them ever pass for the next one?"""

import random
from dataclasses import dataclass

from facility.errors import LineDown, UnitSilent
from tests.drivers.modbus.bounds import bound
from tests.drivers.modbus.lines import line
from tests.services.libmodbus import LibmodbusOnSerial
from tests.services.serial_line import SerialLine

REGISTERS = 200


@dataclass(slots=True)
class Lag:
    """Answers that came in time and were right or wrong, and those that came too late."""

    right: int = 0
    wrong: int = 0
    late: int = 0


async def lag(late: int) -> Lag:
    """Read single registers, each of which holds its own number, until so many answers were late."""
    chance, found = random.Random(7), Lag()
    points = [bound(i, {"table": "holding", "register": i, "type": "uint16"}) for i in range(REGISTERS)]
    with SerialLine() as wire, LibmodbusOnSerial(wire.far, latest=60):
        async with line(points, serial=str(wire.near), baud=19200, parity="none", timeout=0.03) as asked:
            plans = [asked.plan([p]) for p in points]
            while found.late < late:
                register = chance.randrange(REGISTERS)
                try:
                    batch = await asked.read(plans[register])
                except (UnitSilent, LineDown):
                    found.late += 1
                    continue
                if batch.value.tolist() == [float(register)]:
                    found.right += 1
                else:
                    found.wrong += int(batch.quality[0] == 0)
    return found
