"""A cloud's data with its accounts, and a demo's with its gateway too: made once a process, copied for each that asks.

Ten passwords are hashed for good, in a process that imports the whole cloud: more work than the start of the cloud.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from rich.console import Console

from facility.resolve import read_site
from simulators.cli import ESTATE
from simulators.demo.folder import Folder
from simulators.demo.processes import run
from simulators.demo.steps import Demo


def with_accounts(root: Path) -> Path:
    """Puts `cloud/` and `credentials.json` into the folder; the file."""
    shutil.copytree(_accounts(), root, dirs_exist_ok=True)
    return root / "credentials.json"


def with_gateway(root: Path) -> None:
    """What a demo makes before it starts its parts: the accounts, and the gateway's token and card key."""
    shutil.copytree(_gateway(), root, dirs_exist_ok=True)


@cache
def _accounts() -> Path:
    root = _folder()
    run(["cloud", "--data", str(root / "cloud"), "credentials", str(root / "credentials.json")])
    return root


@cache
def _gateway() -> Path:
    root = _folder()
    with_accounts(root)
    demo = Demo(Folder(root), port=0, days=0, seed=1, console=Console(quiet=True))
    demo._make_credentials(read_site(ESTATE).inventory)
    return root


def _folder() -> Path:
    root = Path(tempfile.mkdtemp(prefix="gatehouse-accounts-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return root
