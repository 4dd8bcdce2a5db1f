"""`gatehouse sim`: run the simulated building, break it and mend it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from facility.errors import ConfigError, GatehouseError

if TYPE_CHECKING:
    from simulators.scenario import Scenario

ESTATE = Path(__file__).parent / "estate" / "site.yaml"
_DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Folder where the running building leaves word.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def main() -> None:
    """The simulated building."""


@main.command()
@click.argument("site", type=click.Path(path_type=Path, dir_okay=False), default=ESTATE)
@_DATA
@click.option("--seed", default=1, show_default=True, help="The same seed is the same building.")
@click.option("--fixed-ports", is_flag=True, help="Use the ports of the site file instead of free ones.")
@click.option("--control-port", default=0, help="Port of the control on 127.0.0.1; 0 takes a free one.")
def run(site: Path, data: Path, seed: int, fixed_ports: bool, control_port: int) -> None:  # noqa: FBT001
    """Show a building on Modbus, OPC UA and MQTT until stopped."""
    from facility.resolve import read_site
    from simulators.lock import alone
    from simulators.run import Options, serve

    options = Options(read_site(site), data, seed, not fixed_ports, control_port)
    equipment = options.site.inventory.equipment
    points = len(options.site.inventory.points)
    click.echo(f"{options.site.inventory.name.en}: {len(equipment)} equipments, {points} points; stop with Ctrl-C")
    with alone(data, "simulator"):
        asyncio.run(serve(options))


@main.command("list")
@_DATA
@_JSON
def list_(data: Path, as_json: bool) -> None:  # noqa: FBT001
    """What can be broken, and what is."""
    answer = _ask(data, "GET", "/faults")
    if as_json:
        click.echo(json.dumps({"faults": answer["known"], "active": answer["items"]}, ensure_ascii=False, indent=2))
        return
    _table(
        ("target", "fault", "", "what it does"), [(r["target"], r["fault"], r["zh"], r["en"]) for r in answer["known"]]
    )
    _table(("broken now", "fault"), [(a["target"], a["fault"]) for a in answer["items"]])


@main.command()
@click.argument("target")
@click.argument("fault")
@click.argument("arguments", nargs=-1)
@_DATA
def inject(target: str, fault: str, arguments: tuple[str, ...], data: Path) -> None:
    """Break something: `inject pump-1 dry_run`, `inject fire-panel smoke address=l1d003`."""
    _ask(data, "POST", "/inject", {"target": target, "fault": fault, "arguments": _pairs(arguments)})
    click.echo(f"{target}: {fault}")


@main.command()
@click.argument("target")
@click.argument("fault", required=False)
@_DATA
def clear(target: str, fault: str | None, data: Path) -> None:
    """Mend one fault of a target, or all of them."""
    _ask(data, "POST", "/clear", {"target": target, "fault": fault})
    click.echo(f"{target}: {fault or 'all'} cleared")


@main.command()
@click.argument("name", required=False)
@_DATA
@click.option(
    "--speed",
    type=click.FloatRange(0, 1000, min_open=True),
    default=1.0,
    show_default=True,
    help="Times faster than written.",
)
def scenario(name: str | None, data: Path, speed: float) -> None:
    """Play a written timeline on the running building; without a name: list them."""
    from simulators.scenario import names, shipped

    if name is None:
        told = [(n, shipped(n).tells) for n in names()]
        _table(("scenario", "", "what happens"), [(n, text.zh, text.en) for n, text in told])
        return
    _play(shipped(name), speed, data)


def _play(scenario: Scenario, speed: float, data: Path) -> None:
    """The steps in their order on the running building, each at its time."""
    begin = time.monotonic()
    for step in scenario.steps:
        time.sleep(max(0.0, begin + step.at / speed - time.monotonic()))
        if (deed := step.deed) is not None:
            body = {"target": deed.target, "fault": deed.fault, "arguments": deed.arguments}
            _ask(data, "POST", "/inject" if deed.inject else "/clear", body)
        said = step.says.zh if step.says else f"{step.inject or step.clear}"
        click.echo(f"{step.at:7.1f} s  {said}")


def _pairs(arguments: tuple[str, ...]) -> dict[str, str]:
    wrong = [a for a in arguments if "=" not in a]
    if wrong:
        raise ConfigError(f"{wrong[0]!r}: write arguments as name=value")
    return dict(a.split("=", 1) for a in arguments)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*head, box=None)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _word(data: Path) -> dict[str, Any]:
    for folder in (data, data / "sim"):
        if (folder / "sim.json").is_file():
            return dict(json.loads((folder / "sim.json").read_text(encoding="utf-8")))
    raise ConfigError(
        f"no building runs in {data}; start one with `gatehouse sim run --data {data}`, or give --data DIR"
    )


def _ask(data: Path, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    import httpx

    word = _word(data)
    headers = {"authorization": f"Bearer {word['token']}"}
    try:
        answer = httpx.request(method, word["url"] + path, json=body, headers=headers, timeout=30, trust_env=False)
    except httpx.TransportError as error:
        gone = "" if _alive(int(word["pid"])) else " (its process is gone)"
        raise GatehouseError(f"the building at {word['url']} does not answer{gone}") from error
    if answer.status_code == httpx.codes.BAD_REQUEST:
        raise ConfigError(answer.json()["error"])
    if answer.is_error:
        raise GatehouseError(f"the building answered {answer.status_code}: {answer.text}")
    return answer.json()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
