"""`gatehouse edge spool …`: status, list, retry, export; reading works beside a running agent and after it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from edge.exits import FAILED, data_option, exits, folder_asked, json_option
from facility.errors import ConfigError, GatehouseError

if TYPE_CHECKING:
    from edge.spool.looking import Look

LANES: Final = ("life", "event", "telemetry", "dead")


def _place(context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]) -> tuple[Path | None, str]:
    """SITE, where it is named, and LANE."""
    *site, lane = words or ("",)
    if lane not in LANES or len(site) > 1:
        raise click.UsageError(f"write `gatehouse edge spool {context.info_name} site.yaml {'|'.join(LANES)}`", context)
    return (Path(site[0]) if site else None), lane


def _letters(
    context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]
) -> tuple[Path | None, list[int]]:
    """SITE, where it is named, and the numbers of dead letters."""
    site = Path(words[0]) if words and not words[0].isdecimal() else None
    seqs = words if site is None else words[1:]
    if wrong := next((w for w in seqs if not w.isdecimal()), None):
        raise click.UsageError(
            f"'{wrong}' is no number of a dead letter: `gatehouse edge spool list site.yaml dead` shows them", context
        )
    return site, [int(w) for w in seqs]


site_argument = click.argument("site", type=click.Path(path_type=Path), required=False)
place_argument = click.argument("place", nargs=-1, metavar="[SITE] LANE", callback=_place)
letters_argument = click.argument("letters", nargs=-1, metavar="[SITE] [NUMBER]...", callback=_letters)


@click.group()
def spool() -> None:
    """What is accepted and not delivered yet, and what was refused for good (the dead letters).

    Name the SITE (site.yaml) or its data folder (--data). The lanes are life, event, telemetry and dead.
    """


def _look(site: Path | None, data: Path | None) -> Look:
    from edge.agent import SPOOL_FILE
    from edge.spool.looking import Look

    return Look(folder_asked(site, data) / SPOOL_FILE)


@spool.command()
@site_argument
@data_option
@json_option
@exits
def status(site: Path | None, data: Path | None, *, as_json: bool) -> None:
    """How many records of every lane wait, and how many are kept: delivered, and offered again should the end lose
    them, which a running agent does for a minute. Bytes are those on the disk, `oldest` is of what waits.
    """
    from edge import spool_shown
    from edge.status import NotRunning, ask_status

    with _look(site, data) as look:
        found = look.lanes()
    try:
        told = {lane.lane: lane for lane in ask_status(folder_asked(site, data)).lanes}
    except NotRunning:  # what lies on the disk is what the next start offers
        told = {}
    spool_shown.lanes(found, told, as_json=as_json)


@spool.command("list")
@place_argument
@data_option
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The oldest so many.")
@json_option
@exits
def list_(place: tuple[Path | None, str], data: Path | None, *, limit: int, as_json: bool) -> None:
    """The oldest records on the disk of a lane (life, event, telemetry, dead); of the dead lane with who refused each
    one and why.
    """
    from edge import spool_shown
    from facility.event import Lane

    site, lane = place
    with _look(site, data) as look:
        spool_shown.records(look.records(Lane(lane), limit), as_json=as_json)


@spool.command()
@place_argument
@data_option
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A new file; default: standard output.")
@exits
def export(place: tuple[Path | None, str], data: Path | None, output: Path | None) -> None:
    """Everything on the disk of a lane (life, event, telemetry, dead): line protocol for telemetry, one JSON a line for
    events and dead letters.
    """
    from edge.spool_shown import content
    from facility.event import Lane

    damaged = 0
    site, lane = place
    with _look(site, data) as look, _written(output) as out:
        for record, sound in look.records(Lane(lane)):
            damaged += not sound
            for line in content(record) if sound else ():
                out.write(line + b"\n")
    if damaged:
        raise GatehouseError(f"{damaged} damaged records were left out")


@contextlib.contextmanager
def _written(file: Path | None) -> Iterator[BinaryIO]:
    """The new file, or standard output for None; a file that is not written to its end is not left behind."""
    try:
        out: BinaryIO = sys.stdout.buffer if file is None else file.open("xb")
    except FileExistsError:
        raise ConfigError(f"{file} exists already; name a new file") from None
    except OSError as error:
        raise ConfigError(f"can't write {file}: {error.strerror}") from error
    try:
        yield out
        out.flush()
        if file is not None:
            out.close()
    except BaseException as error:
        _let_go(out, file)
        if not isinstance(error, OSError) or isinstance(error, BrokenPipeError):
            raise
        raise GatehouseError(
            f"can't write {file or 'standard output'}: {error.strerror};"
            " make room and export again, the spool is as it was"
        ) from error


def _let_go(out: BinaryIO, file: Path | None) -> None:
    with contextlib.suppress(OSError, ValueError):
        if file is None:  # else the interpreter would try, and fail, to write the rest at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
            return
        file.unlink()
        out.close()


@spool.command()
@letters_argument
@data_option
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
@json_option
@exits
def retry(letters: tuple[Path | None, list[int]], data: Path | None, *, everything: bool, as_json: bool) -> None:
    """Send dead letters again, by their numbers in `list SITE dead`; the agent must not run meanwhile."""
    from edge import spool_shown
    from edge.agent import SPOOL_FILE
    from edge.spool.revival import revive
    from facility.clock import SystemClock

    site, seqs = letters
    if bool(seqs) == everything:
        raise ConfigError("name the dead letters to send again, or say --all")
    path = folder_asked(site, data) / SPOOL_FILE
    found = revive(path, SystemClock(), *_gateway(site, path), None if everything else seqs)
    spool_shown.revived(found, as_json=as_json)
    if found.kept:
        sys.exit(FAILED)


def _gateway(site: Path | None, path: Path) -> tuple[str, str]:
    """Site and gateway: as site.yaml says, else as the spool itself remembers."""
    from edge.checking import check
    from edge.spool.looking import Look

    if site is not None:
        inventory = check(site, os.environ).settings.inventory
        return inventory.site, inventory.gateway
    with Look(path) as look:
        known = look.gateway()
    if known is None:
        raise ConfigError(f"{path} does not say whose it is: name the site (`site.yaml`) too")
    return known
