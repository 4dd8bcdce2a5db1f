"""`gatehouse edge …`: run, check, plan, test, read, status; exit 0 well, 1 failed, 2 asked or written wrongly."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import click

from facility.errors import ConfigError, GatehouseError

if TYPE_CHECKING:
    from edge.checking import Checked

P = ParamSpec("P")

FAILED = 1
WRONG = 2

site_argument = click.argument("site", type=click.Path(path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
data_option = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of the spool; default: `data` beside SITE."
)


@click.group()
def main() -> None:
    """The agent in the building: it polls, listens, detects and delivers.

    Exit codes: 0 all is well, 1 it failed (a device, the disk, no agent), 2 what was asked or written is wrong.
    """


def _exits(command: Callable[P, None]) -> Callable[P, None]:
    """Errors on purpose become a message and an exit code."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except ConfigError as error:
            _complain(error, as_json=bool(kwargs.get("as_json")))
            sys.exit(WRONG)
        except GatehouseError as error:
            click.echo(str(error), err=True)
            sys.exit(FAILED)

    return wrapped


def _complain(error: ConfigError, *, as_json: bool) -> None:
    if as_json:
        mistakes = [{"file": m.file, "line": m.line, "where": m.where, "says": m.says} for m in error.mistakes]
        click.echo(json.dumps({"mistakes": mistakes, "message": str(error)}, ensure_ascii=False, indent=2))
        return
    click.echo(str(error), err=True)
    if len(error.mistakes) > 1:
        click.echo(f"{len(error.mistakes)} mistakes", err=True)


def _checked(site: Path) -> Checked:
    from edge.checking import check

    return check(site, os.environ)


def _folder(site: Path, data: Path | None) -> Path:
    return data if data is not None else site.parent / "data"


@main.command()
@site_argument
@data_option
@click.option("--log", "level", type=click.Choice(["debug", "info", "warning"]), default="info", show_default=True)
@click.option(
    "--status-port",
    type=click.IntRange(0, 65_535),
    default=0,
    help="Loopback port of /healthz, /metrics and the status page; default: a free one, see `edge status`.",
)
@_exits
def run(site: Path, data: Path | None, level: str, status_port: int) -> None:
    """Run the agent. SIGTERM or Ctrl-C ends it in order within 5 s, a second one at once."""
    from edge.running import run_agent

    folder = _folder(site, data)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"can't make the data folder {folder}: {error.strerror}") from error
    run_agent(_checked(site), folder, level, status_port)


@main.command()
@site_argument
@json_option
@_exits
def check(site: Path, *, as_json: bool) -> None:
    """Check a site without opening a socket: every mistake at once, or what it comes to."""
    from edge import shown

    shown.check(_checked(site), as_json=as_json)


@main.command()
@site_argument
@json_option
@_exits
def plan(site: Path, *, as_json: bool) -> None:
    """Show every request that polling will make, and how busy each line will be; an over-committed line exits 2."""
    from edge import shown
    from edge.checking import overcommitted, planned, shares

    requests = list(planned(_checked(site)))
    shown.plan(requests, shares(requests), as_json=as_json)
    try:
        overcommitted(requests)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG)


@main.command()
@site_argument
@click.argument("points", nargs=-1, required=True)
@json_option
@_exits
def read(site: Path, points: tuple[str, ...], *, as_json: bool) -> None:
    """Read points once, by id (pump-1.flow) or all of an equipment (pump-1): raw, decoded, quality."""
    _read(site, points, as_json=as_json)


@main.command()
@site_argument
@click.argument("equipment", nargs=-1)
@json_option
@_exits
def test(site: Path, equipment: tuple[str, ...], *, as_json: bool) -> None:
    """Connect and read every point of some equipment (default: all) once."""
    _read(site, equipment, as_json=as_json)


def _read(site: Path, asked: tuple[str, ...], *, as_json: bool) -> None:
    import asyncio

    from edge import shown
    from edge.reading import chosen, read_once

    checked = _checked(site)
    found = asyncio.run(read_once(checked, chosen(checked, asked)))
    shown.readings(checked, found, as_json=as_json)
    if any(r.quality == 2 for r in found.readings) or found.failed:
        sys.exit(FAILED)


@main.command()
@click.argument("site", type=click.Path(path_type=Path), required=False)
@data_option
@json_option
@_exits
def status(site: Path | None, data: Path | None, *, as_json: bool) -> None:
    """Ask the running agent how it is: lines, lanes, ends, alarms. Exit 1 where none runs."""
    from edge import shown
    from edge.status import ask_status, read_door

    if site is None and data is None:
        raise ConfigError("name the site (`edge status site.yaml`) or the data folder (`--data DIR`)")
    folder = _folder(site or Path(), data)
    found = ask_status(folder)
    door = read_door(folder)
    shown.status(found, as_json=as_json, page="" if door is None else door.page)
