"""The command `gatehouse`: mounts edge, cloud, sim and demo; each is imported only when it is called."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from importlib.metadata import PackageNotFoundError, version

import click

from facility.errors import ConfigError, GatehouseError

# Looking for plugins goes through every installed package: a tenth of a start, and code that nobody asked for.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

_PARTS = {
    "demo": ("simulators.demo.cli", "A whole building on this machine: simulators, edge, cloud and pages."),
    "edge": ("edge.cli", "The agent in the building: run, check, plan, test, read."),
    "cloud": ("cloud.cli", "The API and the pages: serve, migrate, users, tokens."),
    "sim": ("simulators.cli", "The simulated building: run, inject and clear faults, scenarios."),
}
"""Part → (module that has a click command `main`, its line in the help)."""
_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE})


def _version() -> str:
    try:
        return version("gatehouse")
    except PackageNotFoundError:
        return "unknown (run from a checkout that is not installed)"


class _Parts(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _PARTS:
            return None
        module = _PARTS[cmd_name][0]
        try:
            found = importlib.import_module(module).main
        except ModuleNotFoundError as error:
            raise click.ClickException(
                f"`gatehouse {cmd_name}` needs {error.name!r}, which is not installed: "
                f"pip install 'gatehouse[{_extra(cmd_name)}]'"
            ) from error
        if not isinstance(found, click.Command):
            raise TypeError(f"{module}.main is no command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Parts"):
            formatter.write_dl([(name, text) for name, (_, text) in _PARTS.items()])


def _extra(part: str) -> str:
    return "edge,cloud,sim" if part == "demo" else part


@click.group(cls=_Parts, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="gatehouse")
def cli() -> None:
    """Gatehouse: the gateway between a building's plant rooms and the people who look after it."""


def main() -> None:
    """Run the command; 0 done, 1 it failed, 2 what was written or asked is wrong."""
    try:
        try:
            _run()
        finally:
            if sys.stdout is not None:  # as it is where the command was started with it closed
                sys.stdout.flush()
    except OSError as error:
        if error.filename is not None or error.errno not in _UNWRITABLE:
            raise
        _end_unsaid(error)


def _run() -> None:
    try:
        cli(standalone_mode=True)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except GatehouseError as error:
        click.echo(f"gatehouse: {error}", err=True)
        sys.exit(1)


def _end_unsaid(error: OSError) -> None:
    """Exit 1: standard output did not take all that was said; a full disk has a sentence, a closed pipe has none."""
    if sys.stdout is not None:  # what is left in it is not tried again at the exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno != errno.EPIPE:
        with contextlib.suppress(OSError):
            click.echo(f"gatehouse: can't write the output: {error.strerror}; make room and ask again", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
