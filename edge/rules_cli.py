"""`gatehouse edge rules …`: alarm rules tried on recorded history before they are put in force."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from edge.exits import exits, json_option, site_argument
from facility.clock import NS, SystemClock, from_iso
from facility.errors import ConfigError

if TYPE_CHECKING:
    from edge.trial.history import History, Recorded
    from facility.resolve import Site

AGO: Final = {"h": 3600, "d": 86_400, "w": 604_800}
WARM: Final = 3600 * NS
"""What was recorded so long before FROM is read too, so that the first values are known."""
NOW: Final = "现行 now"
TRIED: Final = "试算 tried"


@click.group()
def rules() -> None:
    """Alarm rules."""


@rules.command("try")
@site_argument
@click.option(
    "--history",
    "span",
    type=(str, str),
    metavar="FROM TO",
    default=("-7d", "now"),
    show_default=True,
    help="RFC 3339, a date of the site's calendar, -24h, -7d, or now.",
)
@click.option(
    "--settings",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A settings.yaml to try beside the rules as they are.",
)
@click.option(
    "--source",
    type=click.Choice(["cloud", "influx"]),
    default="cloud",
    show_default=True,
    help="Where history lies: the cloud's API, or the InfluxDB that site.yaml names.",
)
@click.option("--token-env", metavar="NAME", help="Environment variable with a token that may read history.")
@json_option
@exits
def try_(
    site: Path, span: tuple[str, str], settings: Path | None, source: str, token_env: str | None, *, as_json: bool
) -> None:
    """Recorded history once more through the rules: the alarms that they would have made, by ISA-18.2's measures.

    The gateway and its alarms are not touched.
    """
    from edge.settings import check_settings, read_settings
    from edge.trial.isa182 import measured
    from edge.trial.replay import replayed
    from edge.trial.shown import trial
    from facility.resolve import read_site

    read = read_site(site)
    inventories = {NOW: read_settings(read).inventory}
    if settings is not None:
        inventories[TRIED] = check_settings(read, settings.read_text(encoding="utf-8")).inventory
    zone = ZoneInfo(read.written.timezone)
    start, end = _moment(span[0], zone), _moment(span[1], zone)
    if start >= end:
        raise ConfigError(f"--history: {span[0]} must lie before {span[1]}")
    recorded = _recorded(_history(read, source, token_env), read, start, end, quiet=as_json)
    found = {}
    for name, inventory in inventories.items():
        with _progress(f"{name}", quiet=as_json) as told:
            one = replayed(inventory, recorded, start, end, lambda at: told(at - start + WARM, end - start + WARM))
        found[name] = (one, measured(one, read.written.timezone))
    trial(found, as_json=as_json)


def _recorded(history: History, site: Site, start: int, end: int, *, quiet: bool) -> Recorded:
    from edge.points import point_table

    with _progress("读取历史 reading history", quiet=quiet) as told:
        return history.read(point_table(site.inventory), start - WARM, end, told)


def _history(site: Site, source: str, token_env: str | None) -> History:
    from edge.endpoint import Endpoint
    from edge.trial.history import CloudHistory, InfluxHistory

    written, folder = site.written, site.file.parent

    def token() -> str:
        if token_env is not None:
            if not os.environ.get(token_env):
                raise ConfigError(f"the environment variable {token_env} is not set: it should hold the token")
            return os.environ[token_env]
        target = written.cloud if source == "cloud" else written.historian
        return "" if target is None or target.token is None else target.token.read(folder, os.environ)

    if source == "cloud":
        if written.cloud is None:
            raise ConfigError("site.yaml names no cloud: say --source influx, or add cloud:")
        return CloudHistory(Endpoint("cloud", written.cloud.url, token, written.cloud.insecure), written.site)
    if written.historian is None:
        raise ConfigError("site.yaml names no historian: add historian:, or say --source cloud")
    asked = token if token_env is not None or written.historian.token is not None else None
    endpoint = Endpoint("historian", written.historian.url, asked, written.historian.insecure)
    return InfluxHistory(endpoint, written.site, written.historian.bucket)


def _moment(text: str, zone: ZoneInfo) -> int:
    now = SystemClock().now()
    if text == "now":
        return now
    if text.startswith("-") and text[1:-1].isdigit() and text[-1] in AGO:
        return now - int(text[1:-1]) * AGO[text[-1]] * NS
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{text!r} is no time: write 2026-11-21, 2026-11-21T08:00, -24h, -7d or now") from error
    return from_iso((at if at.tzinfo is not None else at.replace(tzinfo=zone)).isoformat())


@contextmanager
def _progress(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error where a person looks."""
    if quiet:
        yield lambda _done, _all: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, every: bar.update(task, completed=done, total=every)
