"""The site of the counting devices: an equipment type of its own beside site.yaml, and a reader at the broker."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from tests.end_to_end.counting import COUNTERS
from tests.end_to_end.estate import written
from tests.end_to_end.lone_cloud import SITE

GATEWAY: Final = "riverside-1"


def units(count: int) -> list[str]:
    """The ids of the racks; `rack-7` is unit 7."""
    return [f"rack-{unit}" for unit in range(1, count + 1)]


def fields() -> list[str]:
    """The points of a rack, in the order of their registers."""
    return [*(f"c{n:02}" for n in range(COUNTERS)), "turned"]


def write_counted(folder: Path, ports: tuple[int, int], url: str, count: int, period: str = "1s") -> Path:
    """site.yaml with `count` racks at the Modbus port and a reader at the broker's, and the racks' type."""
    _type(folder / "equipment" / "rack", period)
    modbus, broker = ports
    token = {"file": "cloud.token"}
    racks = [
        {"id": id, "type": "rack", "model": "counting", "connection": "racks", "unit": unit, "name": _name(id)}
        for unit, id in enumerate(units(count), 1)
    ]
    reader = {"id": "reader", "type": "patrol_reader", "model": "generic-mqtt", "connection": "reads"}
    site: dict[str, Any] = {
        "site": SITE,
        "name": _name("riverside"),
        "gateway": GATEWAY,
        "timezone": "Asia/Shanghai",
        "connections": {
            "racks": {"protocol": "modbus", "host": "127.0.0.1", "port": modbus},
            "reads": {"protocol": "mqtt", "host": "127.0.0.1", "port": broker},
        },
        "equipment": [*racks, {**reader, "unit": "reader", "name": _name("reader")}],
        "historian": {"url": url, "api": "v2", "org": "gatehouse", "bucket": SITE, "token": token},
        "cloud": {"url": url, "token": token},
    }
    return written(folder, site)


def _name(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _type(folder: Path, period: str) -> None:
    (folder / "models").mkdir(parents=True, exist_ok=True)
    *counters, turned = fields()
    states = [{"value": 0, "code": "no", **_name("no")}, {"value": 1, "code": "yes", **_name("yes")}]
    rule = {
        "id": "turned", "name": _name("turned"), "condition": {"kind": "is", "point": turned, "states": ["yes"]},
        "priority": 3, "class": "equipment", "owners": ["engineering"], "guidance": {"zh": ["看"], "en": ["Look"]},
    }  # fmt: skip
    kind = {
        "id": "rack",
        "name": _name("rack"),
        "system": "metering",
        "points": [
            *({"id": id, "kind": "counter", "name": _name(id), "unit": "1"} for id in counters),
            {"id": turned, "kind": "state", "name": _name(turned), "states": states},
        ],
        "rules": [rule],
    }
    wide = [{"point": id, "address": _at(2 * n, "uint32")} for n, id in enumerate(counters)]
    model = {
        "id": "counting", "type": "rack", "protocol": "modbus", "name": _name("counting"), "source": "tests",
        "period": period, "quirks": {"order": "ABCD"},
        "points": [*wide, {"point": turned, "address": _at(2 * len(counters), "uint16")}],
    }  # fmt: skip
    (folder / "equipment.yaml").write_text(yaml.safe_dump(kind, allow_unicode=True), encoding="utf-8")
    (folder / "models" / "counting.yaml").write_text(yaml.safe_dump(model, allow_unicode=True), encoding="utf-8")


def _at(register: int, kind: str) -> dict[str, Any]:
    return {"table": "input", "register": register, "type": kind}
