"""The command `gatehouse …` run to its end, as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def gatehouse(*arguments: object, seconds: float = 60.0, **environ: str) -> subprocess.CompletedProcess[str]:
    """Standard output, standard error and exit code."""
    return subprocess.run(
        [sys.executable, "-m", "gatehouse", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def said(done: subprocess.CompletedProcess[Any]) -> str:
    """All that it printed."""
    return f"{done.stdout}{done.stderr}"
