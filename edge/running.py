"""`edge run`: the event loop, the signals and the log around the agent."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import faulthandler
import gc
import logging
import os
import signal
import threading
from pathlib import Path

from edge import starting
from edge.agent import Agent
from edge.checking import Checked
from facility.clock import SystemClock
from facility.errors import GatehouseError

log = logging.getLogger(__name__)

AT_ONCE = 130
"""Exit code after a second signal."""
FAILED = 1
LIMIT = 4.8
"""Seconds after the first signal within which the process is gone, whatever a library waits for."""
SAYING = 0.2
"""More seconds for the last words."""
SETTLED = 10.0
"""Seconds after the start until what the agent consists of stands."""
GIVE_BACK_EVERY = 20.0
"""Seconds: what an outage, a drain or a flood has left unused is not kept; two milliseconds each time."""


def run_agent(checked: Checked, data: Path, level: str, status_port: int = 0) -> None:
    """Run until a signal; GatehouseError where it can't go on."""
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", force=True)
    for noisy in ("httpx", "httpcore", "asyncua", "pymodbus", "websockets"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    agent = Agent(checked, data, os.environ, SystemClock(), status_port=status_port)
    try:
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(_until_asked(agent))
    except BaseExceptionGroup as group:
        raise GatehouseError("; ".join(dict.fromkeys(_words(group)))) from group


async def _until_asked(agent: Agent) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set():
            os._exit(AT_ONCE)
        stop.set()
        last_resort(LIMIT)
        log.info("ending in order; a second signal ends at once")

    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, asked)
    if starting.asked.yet:
        return
    loop.call_later(SETTLED, settle)
    await agent.run(stop)


def last_resort(seconds: float) -> None:
    """End the process if it has not ended by then: what was accepted is on disk; the log says what each thread did.

    Where even that hangs, a log that nobody reads any more or a library that keeps the interpreter, the kernel ends it.
    """

    def end() -> None:
        log.error("not ended within %g s; ending now, the next start goes on from the disk. Threads:", seconds)
        faulthandler.dump_traceback()
        os._exit(FAILED)

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + SAYING)
    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def settle() -> None:
    """Take what stands by now (site, models, points) out of the search for garbage, which else goes through all of it
    again and again, and search less often: measured, half of the cost of polling in bursts of a hundred devices.
    """
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    _give_back()


def _give_back() -> None:
    """What was needed and no longer is, to the system, now and again: a settled agent makes so few objects that it
    hardly ever searches for garbage by itself, and glibc keeps what was freed.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    asyncio.get_running_loop().call_later(GIVE_BACK_EVERY, _give_back)


def _loop() -> asyncio.AbstractEventLoop:
    """The loop of uvloop where it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def _words(group: BaseExceptionGroup[BaseException]) -> list[str]:
    out: list[str] = []
    for error in group.exceptions:
        out += _words(error) if isinstance(error, BaseExceptionGroup) else [str(error) or type(error).__name__]
        if not isinstance(error, BaseExceptionGroup | GatehouseError):
            log.error("the agent ends: %r", error, exc_info=error)
    return out
