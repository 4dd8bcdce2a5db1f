"""`gatehouse demo`: a building, its gateway, its cloud and its pages, on this machine."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.table import Table

from facility.errors import ConfigError, GatehouseError
from simulators.demo.folder import Folder, write_private
from simulators.demo.steps import Demo
from simulators.lock import alone


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8000,
    show_default=True,
    help="Port of the pages and the API; 0 takes a free one.",
)
@click.option(
    "--days",
    type=click.FloatRange(0, 366),
    default=7.0,
    show_default=True,
    callback=lambda _context, _option, value: _number(value),
    help="Days of history to make behind the building.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Folder of the demo; keep it, and the next start goes on from there.",
)
@click.option("--headless", is_flag=True, help="No table of log-ins: for scripts, which read DIR/credentials.json.")
@click.option("--seed", default=1, show_default=True, help="The same seed is the same building.")
def main(port: int, days: float, data: Path, headless: bool, seed: int) -> None:  # noqa: FBT001
    """A whole building on this machine: simulators, edge, cloud and pages."""
    console = Console(stderr=True)
    folder = Folder(data.resolve())
    demo = Demo(folder, port=port, days=days, seed=seed, console=console)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    with ExitStack() as stack:
        try:
            stack.enter_context(alone(folder.root, "demo"))
            stack.callback(demo.stop)
            demo.start()
            demo.staff()
            _leave_word(folder, demo)
            _welcome(folder, demo, console, people=not headless)
            while True:
                demo.mend()
                _leave_word(folder, demo)
                time.sleep(0.5)
        except KeyboardInterrupt:
            console.print("Stopping …")
        except ConfigError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except GatehouseError as error:
            click.echo(f"gatehouse demo: {error}", err=True)
            sys.exit(1)


def _number(value: float) -> float:
    if math.isnan(value):
        raise click.BadParameter("it is no number")
    return value


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _leave_word(folder: Folder, demo: Demo) -> None:
    """demo.json as things are now: a simulator that was started again listens elsewhere, a moment after its start."""
    sim = folder.read(folder.sim / "sim.json")
    word = {
        "url": demo.url,
        "simulator": {"url": sim["url"], "token": sim["token"]},
        "site": str(folder.site),
        "pids": {"demo": os.getpid(), **{part.name: part.pid for part in demo.parts}},
        "commands": {part.name: part.command for part in demo.parts},
    }
    path = folder.root / "demo.json"
    if not path.is_file() or folder.read(path) != word:
        write_private(path, json.dumps(word, indent=2))


def _welcome(folder: Folder, demo: Demo, console: Console, *, people: bool) -> None:
    console.print(f"\n[bold]Gatehouse[/bold]  {demo.url}\n", highlight=False)
    if not people:
        return
    table = Table("user 用户", "password 口令", "role 角色", box=None)
    known = folder.read(folder.credentials)
    for user in (*known["users"], *(each for each in known.get("staff", ()) if each["role"] == "engineer")):
        table.add_row(user["name"], user["password"], user["role"])
    console.print(table)
    console.print(
        f"\nEverybody else on the rota:  {folder.credentials}\n"
        f"Break something:  gatehouse sim inject pump-1 dry_run --data {folder.root}\n"
        f"Mend it:          gatehouse sim clear pump-1 --data {folder.root}\n"
        "Everything else:  gatehouse sim list, gatehouse sim scenario.  Stop with Ctrl-C.\n",
        highlight=False,
    )
