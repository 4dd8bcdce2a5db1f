"""The first moment of `edge run`: a signal ends a start in order, and a line needs a descriptor each."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BEGUN = """
import gc, resource, sys, time
from edge.starting import begin
resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
heavy = {name for name in sys.modules if name.partition(".")[0] in ("numpy", "pydantic", "yaml")}
begin()
print(gc.isenabled(), resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 256, sorted(heavy), flush=True)
time.sleep(60)
"""


@pytest.fixture
def begun() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([sys.executable, "-c", BEGUN], cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        yield child
        child.kill()


def test_sigterm_ends_a_start_in_order(begun: subprocess.Popen[str]) -> None:
    assert begun.stdout is not None
    assert begun.stdout.readline() == "False True []\n", "no search for garbage, sockets enough, nothing heavy imported"
    begun.send_signal(signal.SIGTERM)
    assert begun.wait(30) == 0
