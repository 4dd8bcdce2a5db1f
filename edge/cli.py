"""`gatehouse edge …`: run, check, plan, test, read, status, rules, spool, duty."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edge.duty.cli import duty
from edge.exits import FAILED, WRONG, data_option, exits, folder_asked, folder_of, json_option, site_argument
from edge.rules_cli import rules
from edge.spool_cli import spool
from facility.errors import ConfigError

if TYPE_CHECKING:
    from edge.checking import Checked


@click.group()
def main() -> None:
    """The agent in the building: it polls, listens, detects and delivers.

    Exit codes: 0 all is well, 1 it failed (a device, the disk, no agent), 2 what was asked or written is wrong.
    """


def _checked(site: Path) -> Checked:
    from edge.checking import check

    return check(site, os.environ)


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
@exits
def run(site: Path, data: Path | None, level: str, status_port: int) -> None:
    """Run the agent. SIGTERM or Ctrl-C ends it in order within 5 s, a second one at once."""
    from edge.starting import begin

    begin()
    from edge.checking import check_to_run
    from edge.running import run_agent

    folder = folder_of(site, data)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"can't make the data folder {folder}: {error.strerror}") from error
    run_agent(check_to_run(site, os.environ, folder), folder, level, status_port)


@main.command()
@site_argument
@json_option
@exits
def check(site: Path, *, as_json: bool) -> None:
    """Check a site without opening a socket: every mistake at once, or what it comes to."""
    from edge import shown

    shown.check(_checked(site), as_json=as_json)


@main.command()
@site_argument
@json_option
@exits
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
@exits
def read(site: Path, points: tuple[str, ...], *, as_json: bool) -> None:
    """Read points once, by id (pump-1.flow) or all of an equipment (pump-1): raw, decoded, quality."""
    _read(site, points, as_json=as_json)


@main.command()
@site_argument
@click.argument("equipment", nargs=-1)
@json_option
@exits
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
@exits
def status(site: Path | None, data: Path | None, *, as_json: bool) -> None:
    """Ask the running agent how it is: lines, lanes, ends, alarms. Exit 1 where none runs."""
    from edge import shown
    from edge.status import ask_status, read_door

    folder = folder_asked(site, data)
    found = ask_status(folder)
    door = read_door(folder)
    shown.status(found, as_json=as_json, page="" if door is None else door.page)


main.add_command(spool)
main.add_command(rules)
main.add_command(duty)
