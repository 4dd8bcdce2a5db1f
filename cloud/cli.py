"""The command `gatehouse cloud`: serve, migrate, user, token, gateway, credentials."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cloud.permissions import EVERYWHERE, Permission, Role
from cloud.settings import Settings
from facility.errors import ConfigError

T = TypeVar("T")
DEFAULT_DATA = Path("gatehouse-data")
DASHBOARDS = Path(__file__).resolve().parent.parent / "dashboards" / "dist"
ROLES = [role.value for role in Role]


def _in_a_store(context: click.Context, _: click.Parameter, create: bool) -> None:  # noqa: FBT001 - click's own
    from cloud.managing import the_store

    the_store(context.obj, create=create)


_create = click.option(
    "--create", is_flag=True, expose_value=False, callback=_in_a_store, help="Make the store where there is none yet."
)


@click.group("cloud")
@click.option("--data", type=click.Path(path_type=Path), default=DEFAULT_DATA, show_default=True, help="Its folder.")
@click.option("--database", default="", envvar="GATEHOUSE_DATABASE", help="postgresql://…; default: SQLite in --data.")
@click.option(
    "--secrets-key",
    type=click.Path(path_type=Path),
    envvar="GATEHOUSE_SECRETS_KEY",
    help="The file with the key of the channels' secrets, for all replicas; default: in --data.",
)
@click.pass_context
def main(context: click.Context, data: Path, database: str, secrets_key: Path | None) -> None:
    """The API and the pages."""
    context.obj = Settings(data=data, database=database, secrets_key=secrets_key)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 for every network.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65_535))
@click.option("--name", "hosts", multiple=True, help="A further name that browsers call us by.")
@click.option("--https", is_flag=True, help="A proxy in front speaks https: Secure cookies, HSTS.")
@click.option("--allow-target", "targets", multiple=True, help="A host or network of ours to post notices to.")
@click.option(
    "--access-days", default=180, show_default=True, type=click.IntRange(1, 365), help="How long access is kept."
)
@click.option("--dashboards", type=click.Path(path_type=Path), default=DASHBOARDS, help="The built pages.")
@click.option("--influx", help="Time series in this InfluxDB instead of the embedded historian.")
@click.option(
    "--photos", type=click.Path(path_type=Path), help="The orders' photos, for all replicas; default: in --data."
)
@click.option("--influx-database", default="gatehouse", show_default=True, help="Its database or bucket.")
@click.pass_obj
def serve(settings: Settings, /, influx: str | None, influx_database: str, **told: Any) -> None:
    """Serve the API and the pages; an empty SQLite store is set up by itself."""
    from cloud.serving import serve as run

    run(settings.model_copy(update=told), influx, influx_database, os.environ.get("GATEHOUSE_INFLUX_TOKEN"))


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the store's tables to this release."""
    from cloud.migrations.running import migrate as run

    asyncio.run(run(settings.database_url))
    click.echo("The store is up to date.")


@main.group()
def user() -> None:
    """People's accounts."""


@user.command("add")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.option("--site", default=EVERYWHERE, show_default=True, help="Where the roles hold; * for every site.")
@_create
@click.pass_obj
def add_user(settings: Settings, name: str, roles: tuple[str, ...], site: str) -> None:
    """Make an account; its password is shown once."""
    from cloud import managing

    password = _run(settings, managing.add_user(name, {site: tuple(Role(r) for r in roles)}))
    click.echo(f"{name}: {password}")


@user.command("password")
@click.argument("name")
@click.pass_obj
def new_password(settings: Settings, name: str) -> None:
    """Give an account a new password, shown once; its sessions end."""
    from cloud import managing

    store = managing.the_store(settings, create=False)
    click.echo(f"{name}: {_run(store, managing.new_password(name))}")


@main.group()
def token() -> None:
    """Machines' tokens."""


@token.command("add")
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES))
@click.option("--scope", "scopes", multiple=True, type=click.Choice([p.value for p in Permission]))
@click.option("--site", default=EVERYWHERE, show_default=True)
@_create
@click.pass_obj
def add_token(settings: Settings, name: str, roles: tuple[str, ...], scopes: tuple[str, ...], site: str) -> None:
    """Make a token with roles or single permissions; it is shown once."""
    from cloud import managing

    if not roles and not scopes:
        raise ConfigError("a token needs --role or --scope")
    held = {site: tuple(Role(r) for r in roles)} if roles else {}
    single = {site: tuple(Permission(s) for s in scopes)} if scopes else {}
    click.echo(_run(settings, managing.add_token(name, held, single)))


@main.group()
def gateway() -> None:
    """Gateways."""


@gateway.command("add")
@click.argument("site")
@click.argument("id")
@click.option("--renew", is_flag=True, help="A new token for a known gateway; its old ones end.")
@click.option(
    "--token-file", type=click.Path(path_type=Path), help="Write the token there (0600) instead of showing it."
)
@click.option("--card-key-file", type=click.Path(path_type=Path), help="Write the site's card key there (0600).")
@_create
@click.pass_obj
def add_gateway(
    settings: Settings, site: str, id: str, *, renew: bool, token_file: Path | None, card_key_file: Path | None
) -> None:
    """Register a gateway; its token is shown once."""
    from cloud import managing

    made = _run(settings, managing.add_gateway(site, id, renew=renew))
    if card_key_file is not None:
        managing.write_secret(card_key_file, made.card_key)
    if token_file is not None:
        managing.write_secret(token_file, made.token)
        click.echo(f"The token of {id} is in {token_file}.")
    else:
        shown = made.model_dump() if card_key_file is None else made.model_dump(exclude={"card_key"})
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))


@main.group()
def secrets() -> None:
    """The secrets of notification channels."""


@secrets.command("rotate")
@click.pass_obj
def rotate_secrets(settings: Settings) -> None:
    """Seal them with a new key, also beside a running cloud; the old key is taken away."""
    from cloud import managing

    count = _run(managing.the_store(settings, create=False), managing.rotate_secrets)
    click.echo(f"The secrets of {count} channels are sealed with a new key, in {settings.secrets_file}.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Written into the file.")
@click.pass_obj
def credentials(settings: Settings, file: Path, url: str) -> None:
    """One account and one token of each role, for a demo or a test, into FILE (mode 0600)."""
    from cloud import managing

    made = _run(settings, managing.credentials(url))
    managing.write_secret(file, made.model_dump_json(indent=2))
    click.echo(f"Ten accounts and tokens are in {file}.")


def _run(settings: Settings, work: Callable[[Settings], Awaitable[T]]) -> T:
    async def run() -> T:
        return await work(settings)

    return asyncio.run(run())
