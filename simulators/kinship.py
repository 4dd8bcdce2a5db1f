"""A child that ends with its parent, however the parent ends."""

from __future__ import annotations

import shutil
from collections.abc import Sequence


def bound(command: Sequence[str]) -> list[str]:
    """The command, told by the kernel when its parent is gone; as it is where the machine has no `setpriv`."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else list(command)
