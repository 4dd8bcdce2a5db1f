"""The process ends on a signal whatever the agent does: in order, at once at the second one, and never not at all."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.running import AT_ONCE, FAILED

ROOT = Path(__file__).resolve().parents[2]
STUBBORN = """
import asyncio, logging, os, sys
from edge import running

def fill(pipe):
    os.set_blocking(pipe, False)
    try:
        while True:
            os.write(pipe, b" " * 4096)
    except BlockingIOError:
        os.set_blocking(pipe, True)

class Agent:
    async def run(self, stop):
        print("runs", flush=True)
        await stop.wait()
        print("asked", flush=True)
        if sys.argv[1] == "never":
            await asyncio.Event().wait()

running.LIMIT = float(sys.argv[2])
logging.basicConfig(level="INFO")
if sys.argv[1] == "clogged":
    fill(2)
asyncio.run(running._until_asked(Agent()))
"""


@contextmanager
def process(how: str, limit: float = 60.0) -> Iterator[subprocess.Popen[str]]:
    """An agent that ends when it is asked, or never."""
    command = [sys.executable, "-c", STUBBORN, how, str(limit)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "runs\n"
            yield child
        finally:
            child.kill()


def asked(child: subprocess.Popen[str], how: signal.Signals) -> None:
    child.send_signal(how)
    assert child.stdout is not None
    assert child.stdout.readline() == "asked\n"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_ends_it_in_order(how: signal.Signals) -> None:
    with process("at once") as child:
        asked(child, how)
        assert child.wait(30) == 0


def test_a_second_signal_ends_it_at_once() -> None:
    with process("never") as child:
        asked(child, signal.SIGTERM)
        assert child.poll() is None
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == AT_ONCE


def test_what_never_ends_is_ended_and_the_log_says_where_it_stood() -> None:
    with process("never", limit=0.5) as child:
        began = time.monotonic()
        asked(child, signal.SIGTERM)
        _, log = child.communicate(timeout=30)
    assert child.returncode == FAILED
    assert time.monotonic() - began >= 0.4
    assert "not ended within 0.5 s" in log
    assert "Thread" in log


def test_a_log_that_nobody_reads_does_not_keep_it() -> None:
    with process("clogged", limit=0.5) as child:
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == -signal.SIGALRM
