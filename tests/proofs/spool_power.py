"""Power cuts replayed: every write and sync of a run is logged, and images are made that lack or tear the unsynced."""

from __future__ import annotations

import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from edge.spool import Spool
from facility.clock import SystemClock
from tests.measure import Figure, measure
from tests.proofs._spool_child import Told, accepting, kill, numbers

SECTOR: Final = 512
CALLS: Final = "pwrite64,write,ftruncate,fsync,fdatasync"
WHOLE: Final = re.compile(r"^(\d+) +(\w+)\((\d+)<([^>]*)>(?:, (.*))?\) += (-?\d+)")
BEGUN: Final = re.compile(r"^(\d+) +(.*) <unfinished \.\.\.>$")
ENDED: Final = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the process did: a write at an offset, a cut to a length, a sync, or a line that it said."""

    kind: str
    file: str
    data: bytes = b""
    at: int = 0


@dataclass(slots=True)
class Disk:
    """A file as it surely is on the disk, and the writes that may or may not have reached it."""

    sure: bytearray = field(default_factory=bytearray)
    loose: list[Step] = field(default_factory=list)

    def do(self, step: Step) -> None:
        """The next step on this file."""
        if step.kind == "sync":
            for one in self.loose:
                _put(self.sure, one, 0, len(one.data))
            self.loose.clear()
        else:
            self.loose.append(step)

    def torn(self, chance: random.Random) -> bytes:
        """One of the contents that a power cut may leave: each unsynced sector there or not, in any order."""
        image = bytearray(self.sure)
        share = chance.choice((0.0, 0.3, 0.7, 0.97))
        for step in self.loose:
            if step.kind == "cut":
                if chance.random() < share:
                    _put(image, step, 0, 0)
                continue
            for start in range(0, len(step.data), SECTOR):
                if chance.random() < share:
                    _put(image, step, start, min(start + SECTOR, len(step.data)))
        return bytes(image)


def _put(image: bytearray, step: Step, start: int, end: int) -> None:
    if step.kind == "cut":
        del image[step.at :]
        image.extend(bytes(step.at - len(image)))
        return
    at = step.at + start
    image.extend(bytes(max(at - len(image), 0)))
    image[at : at + end - start] = step.data[start:end]


def record(folder: Path, rounds: int) -> list[Step]:
    """Let it accept under strace, and read the log."""
    log = folder / "log"
    child = accepting(
        folder / "spool.db",
        0,
        "strace",
        "-f",
        "--seccomp-bpf",
        "-y",
        "-xx",
        "-s",
        "9000000",
        "-e",
        f"trace={CALLS}",
        "-o",
        str(log),
    )
    assert child.stdout is not None
    for _ in range(rounds):
        assert child.stdout.readline(), "it ended by itself"
    kill(child)
    return list(steps(log.read_text(encoding="latin-1")))


def steps(log: str) -> Iterator[Step]:
    """The log as steps, in the order in which they ended; a write that had not ended is none."""
    begun: dict[str, str] = {}
    for line in log.splitlines():
        if (half := BEGUN.match(line)) is not None:
            begun[half[1]] = half[2]
            continue
        rest = ENDED.match(line)
        whole = f"{rest[1]} {begun.pop(rest[1], '')}{rest[2]}" if rest is not None else line
        call = WHOLE.match(whole)
        if call is not None and int(call[6]) >= 0:
            yield from _step(call[2], _text(call[4]), call[5] or "")


def _step(name: str, path: str, arguments: str) -> Iterator[Step]:
    file = path.rpartition("/")[2]
    if "sync" in name:
        yield Step("sync", file)
    elif name == "ftruncate":
        yield Step("cut", file, at=int(arguments))
    else:
        data, *numbers_ = arguments.split(", ")
        content = bytes.fromhex(data.strip('"').replace("\\x", ""))
        if name == "pwrite64":
            yield Step("write", file, content, int(numbers_[1]))
        elif content.startswith(b"on disk"):
            yield Step("said", "", content)


def _text(path: str) -> str:
    """With -xx paths are written in hexadecimal too."""
    return bytes.fromhex(path.replace("\\x", "")).decode() if path.startswith("\\x") else path


@dataclass(slots=True)
class Cuts:
    """What was found in the images."""

    images: int = 0
    commits: int = 0
    corrupt: int = 0
    lost: int = 0
    """Images that lack something accepted."""


async def cut(images: int, rounds: int, folder: Path, seed: int = 11) -> Cuts:
    """Record a run, then cut the power at random steps of it."""
    run = folder / "run"
    run.mkdir()
    done = record(run, rounds)
    chance, found = random.Random(seed), Cuts()
    first = next(i for i, step in enumerate(done) if step.kind == "said")
    moments = sorted(chance.randrange(first, len(done)) for _ in range(images))
    disks: dict[str, Disk] = {"spool.db": Disk(), "spool.db-wal": Disk()}
    told, at = Told(), 0
    for moment in moments:
        for step in done[at : moment + 1]:
            if step.kind == "said":
                told.hear(step.data.decode().strip())
                found.commits += 1
            elif step.file in disks:
                disks[step.file].do(step)
        at = moment + 1
        await _start(disks, told.last, chance, folder / "image", found)
    return found


async def _start(disks: dict[str, Disk], last: int, chance: random.Random, image: Path, found: Cuts) -> None:
    image.mkdir()
    (image / "spool.db.lock").touch()
    for name, disk in disks.items():
        (image / name).write_bytes(disk.torn(chance))
    async with Spool(image / "spool.db", SystemClock(), site="s", gateway="g") as spool:
        found.images += 1
        found.corrupt += spool.damaged is not None
        found.lost += not set(range(last + 1)) <= set(await numbers(spool))
    shutil.rmtree(image)


@measure(area="spool")
async def power_cuts() -> list[Figure]:
    """2,000 images of one run."""
    with tempfile.TemporaryDirectory() as folder:
        c = await cut(2000, 400, Path(folder))
    how = f"strace log of {c.commits} commits, unsynced writes dropped or torn at 512 B, {c.images} images started"
    return [
        Figure.exactly("power cut: corrupt images", c.corrupt, "", 0, how),
        Figure.exactly("power cut: images that lack something accepted", c.lost, "", 0, how),
        Figure.exactly("power cut: images", c.images, "", 2000, how),
    ]
