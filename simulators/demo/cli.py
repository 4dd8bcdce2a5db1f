"""`gatehouse demo`: a building, its gateway, its cloud and its pages, on this machine."""

from __future__ import annotations

import json
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


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port of the pages and the API; 0 takes a free one.")
@click.option("--days", default=7.0, show_default=True, help="Days of history to make behind the building.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Folder of the demo; keep it, and the next start goes on from there.",
)
@click.option("--headless", is_flag=True, help="No table, no browser: for scripts; read DIR/demo.json.")
@click.option("--seed", default=1, show_default=True, help="The same seed is the same building.")
def main(port: int, days: float, data: Path, headless: bool, seed: int) -> None:  # noqa: FBT001
    """A whole building on this machine: simulators, edge, cloud and pages."""
    console = Console(quiet=headless, stderr=True)
    folder = Folder(data.resolve())
    demo = Demo(folder, port=port, days=days, seed=seed, console=console)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    with ExitStack() as stack:
        stack.callback(demo.stop)
        try:
            demo.start()
            _leave_word(folder, demo)
            _welcome(folder, demo, console)
            while True:
                demo.check()
                time.sleep(0.5)
        except KeyboardInterrupt:
            console.print("Stopping …")
        except ConfigError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except GatehouseError as error:
            click.echo(f"gatehouse demo: {error}", err=True)
            sys.exit(1)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _leave_word(folder: Folder, demo: Demo) -> None:
    sim = folder.read(folder.sim / "sim.json")
    word = {
        "url": demo.url,
        "simulator": {"url": sim["url"], "token": sim["token"]},
        "site": str(folder.site),
        "pids": {"demo": os.getpid(), **{part.name: part.pid for part in demo.parts}},
    }
    write_private(folder.root / "demo.json", json.dumps(word, indent=2))


def _welcome(folder: Folder, demo: Demo, console: Console) -> None:
    people = Table("user 用户", "password 口令", "role 角色", box=None)
    for user in folder.read(folder.credentials)["users"]:
        people.add_row(user["name"], user["password"], user["role"])
    console.print(f"\n[bold]Gatehouse[/bold]  {demo.url}\n", highlight=False)
    console.print(people)
    console.print(
        f"\nBreak something:  gatehouse sim inject pump-1 dry_run --data {folder.root}\n"
        f"Mend it:          gatehouse sim clear pump-1 --data {folder.root}\n"
        "Everything else:  gatehouse sim list, gatehouse sim scenario.  Stop with Ctrl-C.\n",
        highlight=False,
    )
