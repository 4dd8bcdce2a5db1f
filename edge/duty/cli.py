"""`gatehouse edge duty user …`: who may log in at the local duty page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edge.exits import exits, site_argument
from facility.errors import ConfigError

if TYPE_CHECKING:
    from edge.duty.accounts import Accounts


@click.group()
def duty() -> None:
    """The local duty page (本地值班页): alarms on the site's own network, also while the cloud is away."""


@duty.group()
def user() -> None:
    """Who may log in there. Changes hold at once, without a restart."""


def _accounts(site: Path) -> Accounts:
    """Those of a site; a site whose duty page has no key `users` yet keeps them in `duty-users` beside it."""
    from edge.duty.accounts import Accounts
    from facility import yaml_source
    from facility.site import DutyPage

    written = yaml_source.load(site).data
    page = written.get("duty_page") if isinstance(written, dict) else None
    users = page.get("users") if isinstance(page, dict) else None
    if users is not None and not isinstance(users, str):
        raise ConfigError(f"{site}: duty_page.users is the name of a file")
    return Accounts(site.parent / (users or str(DutyPage.model_fields["users"].default)))


@user.command()
@site_argument
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Take the password from standard input, for scripts.")
@exits
def add(site: Path, name: str, *, password_stdin: bool) -> None:
    """Make an account, or give it a new password, which logs it out everywhere."""
    from edge.duty.accounts import NAME, hashed

    if not NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name: 1 to 32 letters, digits, . _ or -; it stands in the record of alarms")
    accounts = _accounts(site)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    accounts.put(name, hashed(password))
    click.echo(f"{name} may log in at the duty page ({accounts.file})")


@user.command("list")
@site_argument
@exits
def list_(site: Path) -> None:
    """Their names."""
    for name in sorted(_accounts(site).all()):
        click.echo(name)


@user.command()
@site_argument
@click.argument("name")
@exits
def remove(site: Path, name: str) -> None:
    """Take an account away, which logs it out everywhere."""
    accounts = _accounts(site)
    if name not in accounts.all():
        raise ConfigError(f"{accounts.file} has no account {name!r}")
    accounts.put(name, None)
    click.echo(f"{name} may no longer log in")
