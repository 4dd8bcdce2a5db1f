"""mbpoll, a Modbus client in C that knows nothing of us, asked for registers as its user would."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from facility.inventory import InventoryPoint
from tests.services.server import demand

TYPES = {"holding": "4", "input": "3", "coil": "0", "discrete": "1"}
FORMS = {"float32": ":float", "uint32": ":int", "int32": ":int"}
WIDTH = {":float": 2, ":int": 2, "": 1, ":hex": 1}
MOST = 100
LINE = re.compile(r"\[(\d+)\]:\s+(\S+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: so many values of one form in a row."""

    table: str
    form: str
    first: int
    count: int


def form_of(point: InventoryPoint) -> str:
    """How mbpoll shows the point; words, where bits, masks and small integers are to be taken out by hand."""
    return FORMS.get(str(point.address.get("type", "uint16")), "")


def questions(points: Iterable[InventoryPoint], form: str | None = None) -> Iterator[Asked]:
    """The fewest questions that reach these points: neighbours are asked for together."""
    wanted: set[tuple[str, str, int]] = set()
    for p in points:
        shown = form_of(p) if form is None else form
        last = 2 if form_of(p) and shown == ":hex" else 1
        wanted |= {(str(p.address["table"]), shown, int(p.address["register"]) + i) for i in range(last)}
    run: list[tuple[str, str, int]] = []
    for place in sorted(wanted):
        step = WIDTH[place[1]]
        if run and (run[-1][:2] != place[:2] or run[-1][2] + step != place[2] or (len(run) + 1) * step > MOST):
            yield Asked(*run[0], len(run))
            run = []
        run.append(place)
    if run:
        yield Asked(*run[0], len(run))


def ask(port: int, unit: int, asked: Asked) -> dict[tuple[str, str, int], str]:
    """(table, form, register) → the text that mbpoll prints."""
    type_ = TYPES[asked.table] + asked.form
    command = [demand("mbpoll", "mbpoll"), "-m", "tcp", "-p", str(port), "-a", str(unit), "-1", "-0", "-B", "-q"]
    command += ["-o", "5", "-t", type_, "-r", str(asked.first), "-c", str(asked.count), "127.0.0.1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
    found = {(asked.table, asked.form, int(at)): value for at, value in LINE.findall(done.stdout)}
    assert len(found) == asked.count, done.stdout
    return found
