"""A process that accepts events and telemetry without end and says what is on disk: killed by the tests."""

import asyncio
import sys
from pathlib import Path

from edge.spool import Quotas, Spool
from facility.clock import SystemClock
from facility.errors import GatehouseError
from facility.event import ClockStepped, Draft, Lane


def say(*words: object) -> None:
    """One line, at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def main(path: Path, first: int) -> None:
    async with Spool(path, SystemClock(), site="s", gateway="g", quotas=Quotas(telemetry=32 << 20)) as spool:
        say("open", spool.clean)
        number = first
        while True:
            drafts = [
                Draft(data=ClockStepped(seconds=number + i), at=1, lane=(Lane.LIFE, Lane.EVENT)[i % 2])
                for i in range(4)
            ]
            _, seq = await asyncio.gather(
                spool.accept(drafts, "r", {"last": b"%d" % (number + 3)}),
                spool.store(b"%d " % number * 500, samples=1, start=1, end=2),
            )
            say("on disk", number + 3, seq)
            if number % 16 == 0:
                await spool.delivered(Lane.TELEMETRY, [seq - 2])
            number += 4


try:
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
except GatehouseError as error:
    say("ended", type(error).__name__, error)
    sys.exit(3)
