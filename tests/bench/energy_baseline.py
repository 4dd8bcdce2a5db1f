"""What a baseline of a meter-year costs: CPU time and memory, both models, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.measure import Figure, measure

ROOT = Path(__file__).resolve().parents[2]
TRIES = 7
_WORK = f"""
import json, resource, time
from facility.energy.baseline import fit
from tests.facility.energy.simulated_meters import KINDS, simulate
meter = simulate(KINDS[1], 1, 1).baseline
took = {{}}
for method in ("daily", "hourly"):
    tries = []
    for _ in range({TRIES}):
        began = time.process_time()
        fit(meter, method)
        tries.append(time.process_time() - began)
    took[method] = min(tries)
took["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(took))
"""


@measure(area="energy")
def baseline() -> list[Figure]:
    """8,784 hours, one thread of numpy."""
    environment = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", _WORK],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    took = json.loads(done.stdout)
    how = f"CPU time, the quickest of {TRIES}, a leap year of hours"
    return [
        Figure.at_most("meter-year, daily model", took["daily"], "s", 0.2, how),
        Figure.at_most("meter-year, hourly model", took["hourly"], "s", 0.2, how),
        Figure.at_most(
            "memory at its highest", took["memory"], "MB", 120, "the whole process, numpy and pydantic included"
        ),
    ]
