"""How a command ends and what most of them take: exit 0 well, 1 failed, 2 asked or written wrongly."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec

import click

from facility.errors import ConfigError, GatehouseError

P = ParamSpec("P")

FAILED: Final = 1
WRONG: Final = 2

site_argument = click.argument("site", type=click.Path(path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
data_option = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of the spool; default: `data` beside SITE."
)


def exits(command: Callable[P, None]) -> Callable[P, None]:
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


def folder_of(site: Path, data: Path | None) -> Path:
    """Where the spool lies."""
    return data if data is not None else site.parent / "data"


def folder_asked(site: Path | None, data: Path | None) -> Path:
    """The data folder of a site, or the one that was named; ConfigError where neither was."""
    if site is None and data is None:
        raise ConfigError("name the site (`site.yaml`) or the data folder (`--data DIR`)")
    return folder_of(site or Path(), data)
