"""`gatehouse edge spool …`: status, list, retry, export; reading works beside a running agent and after it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edge.exits import FAILED, data_option, exits, folder_asked, json_option, site_argument
from facility.errors import ConfigError, GatehouseError

if TYPE_CHECKING:
    from edge.spool.looking import Look

LANES = ["life", "event", "telemetry", "dead"]

lane_argument = click.argument("lane", type=click.Choice(LANES))
site_option = click.option("--site", type=click.Path(path_type=Path), help="site.yaml; its data folder is looked at.")


@click.group()
def spool() -> None:
    """What is accepted and not delivered yet, and what was refused for good (the dead letters)."""


def _look(site: Path | None, data: Path | None) -> Look:
    from edge.agent import SPOOL_FILE
    from edge.spool.looking import Look

    return Look(folder_asked(site, data) / SPOOL_FILE)


@spool.command()
@site_option
@data_option
@json_option
@exits
def status(site: Path | None, data: Path | None, *, as_json: bool) -> None:
    """Records, bytes, ages and drops of every lane, as they are on the disk."""
    from edge import spool_shown

    with _look(site, data) as look:
        spool_shown.lanes(look.lanes(), as_json=as_json)


@spool.command("list")
@lane_argument
@site_option
@data_option
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The oldest so many.")
@json_option
@exits
def list_(lane: str, site: Path | None, data: Path | None, *, limit: int, as_json: bool) -> None:
    """The oldest records of a lane; of the dead lane with who refused each one and why."""
    from edge import spool_shown
    from facility.event import Lane

    with _look(site, data) as look:
        spool_shown.records(look.records(Lane(lane), limit), as_json=as_json)


@spool.command()
@lane_argument
@site_option
@data_option
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A new file; default: standard output.")
@exits
def export(lane: str, site: Path | None, data: Path | None, output: Path | None) -> None:
    """Everything in a lane: line protocol for telemetry, one JSON a line for events and dead letters."""
    from edge.spool_shown import content
    from facility.event import Lane

    damaged = 0
    with _look(site, data) as look:
        try:
            out = sys.stdout.buffer if output is None else output.open("xb")
        except FileExistsError:
            raise ConfigError(f"{output} exists already; name a new file") from None
        except OSError as error:
            raise ConfigError(f"can't write {output}: {error.strerror}") from error
        for record, sound in look.records(Lane(lane)):
            damaged += not sound
            for line in content(record) if sound else ():
                out.write(line + b"\n")
        out.flush()
        if output is not None:
            out.close()
    if damaged:
        raise GatehouseError(f"{damaged} damaged records were left out")


@spool.command()
@site_argument
@data_option
@click.argument("seqs", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
@json_option
@exits
def retry(site: Path, seqs: tuple[int, ...], data: Path | None, *, everything: bool, as_json: bool) -> None:
    """Send dead letters again, by their numbers in `list dead`; the agent must not run meanwhile."""
    from edge import spool_shown
    from edge.agent import SPOOL_FILE
    from edge.checking import check
    from edge.spool.revival import revive
    from facility.clock import SystemClock

    if bool(seqs) == everything:
        raise ConfigError("name the dead letters to send again, or say --all")
    inventory = check(site, os.environ).settings.inventory
    path = folder_asked(site, data) / SPOOL_FILE
    found = revive(path, SystemClock(), inventory.site, inventory.gateway, None if everything else seqs)
    spool_shown.revived(found, as_json=as_json)
    if found.kept:
        sys.exit(FAILED)
