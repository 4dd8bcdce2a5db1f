"""The wall clock of a child process, set by the test while the child runs.

A library of our own is put before the C library: others fake the clocks of timed waits too, and those must stay true.
"""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path
from typing import Final

from facility.clock import NS
from tests.services.server import demand

SOURCE: Final = Path(__file__).with_suffix(".c")


class FakedTime:
    """`environ` is what the child is started with; `set` moves its clock by so many seconds from the true time.

    MissingError where there is no compiler.
    """

    def __init__(self, folder: Path) -> None:
        library, file = folder / "faked_time.so", folder / "faked_time"
        flags = ["-O2", "-Wall", "-Werror", "-shared", "-fPIC"]
        subprocess.run([demand("gcc", "gcc"), *flags, "-o", str(library), str(SOURCE)], check=True)
        self._off = os.open(file, os.O_CREAT | os.O_WRONLY, 0o600)
        self.set(0.0)
        self.environ = {"LD_PRELOAD": str(library), "FAKED_TIME": str(file)}

    def set(self, seconds: float) -> None:
        """The child sees it at once."""
        os.pwrite(self._off, struct.pack("=q", round(seconds * NS)), 0)

    def close(self) -> None:
        """The child may go on with what was set last."""
        os.close(self._off)
