"""A real cloud with a site that has an equipment type of its own, as a person would write it: data alone, no code."""

from __future__ import annotations

import math
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

import httpx

from facility.clock import NS, SystemClock
from facility.resolve import read_site
from tests.contracts.historian_cases import line
from tests.end_to_end.lone_cloud import LoneCloud

GATEWAY: Final = "riverside-1"
HOURS: Final = 6
STEP: Final = 30 * NS
TYPE: Final = """
id: ice_machine
name: {zh: 制冰机, en: Ice machine}
system: hvac
rated:
  - {id: power, name: {zh: 额定功率, en: Rated power}, unit: kW}
points:
  - id: running
    kind: state
    name: {zh: 制冰状态, en: Making ice}
    key: true
    states:
      - {value: 0, code: stopped, zh: 停机, en: Stopped}
      - {value: 1, code: running, zh: 制冰, en: Making ice}
  - id: bin_level
    kind: measurement
    name: {zh: 冰仓料位, en: Bin level}
    unit: "%"
    decimals: 0
    normal: {low: 20, high: 95}
    valid: {low: 0, high: 110}
    deadband: {absolute: 1}
    key: true
  - id: evaporator
    kind: measurement
    name: {zh: 蒸发温度, en: Evaporator}
    unit: Cel
    normal: {low: -30, high: -5}
    valid: {low: -60, high: 40}
    deadband: {absolute: 0.1}
  - {id: batches, kind: counter, name: {zh: 制冰批次, en: Batches}, unit: "1", decimals: 0}
rules:
  - id: bin_empty
    name: {zh: 冰仓将空, en: Bin nearly empty}
    condition: {kind: low, point: bin_level, limit: 10, deadband: 2}
    delay_on: 30s
    priority: 3
    class: equipment
    owners: [engineering]
    guidance: {zh: [到现场查看], en: [Go and look]}
  - id: warm
    name: {zh: 蒸发温度高, en: Evaporator warm}
    condition: {kind: expression, expression: running == 1 and evaporator > -5}
    delay_on: 60s
    priority: 2
    class: equipment
    owners: [engineering]
    guidance: {zh: [到现场查看], en: [Go and look]}
"""
MODEL: Final = """
id: nordic-i200
type: ice_machine
protocol: modbus
name: {zh: 北冰 I200, en: Nordic I200}
source: the map of the test
period: 5s
points:
  - {point: running, address: {table: holding, register: 10, type: uint16}}
  - {point: bin_level, address: {table: holding, register: 12, type: float32}}
  - {point: evaporator, address: {table: holding, register: 14, type: float32}}
  - {point: batches, address: {table: holding, register: 16, type: uint32}}
"""
SITE: Final = """
site: riverside
name: {zh: 滨江花园, en: Riverside Garden}
timezone: Asia/Shanghai
gateway: riverside-1
places:
  - {id: kitchen, zh: 中央厨房, en: Central kitchen, area: 120}
connections:
  plant: {protocol: modbus, host: 127.0.0.1, port: 15020}
equipment:
  - id: ice-1
    type: ice_machine
    model: nordic-i200
    connection: plant
    unit: 7
    place: kitchen
    name: {zh: 1号制冰机, en: Ice machine 1}
    rated: {power: 3.2}
"""


class OwnType:
    """`with OwnType(folder) as site:` is known to a cloud, and has hours of history."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cloud = LoneCloud()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.cloud)
            headers = {"authorization": f"Bearer {self.cloud.register(GATEWAY)}"}
            cloud = httpx.Client(base_url=self.cloud.url, headers=headers, timeout=60, trust_env=False)
            ask = stack.enter_context(cloud)
            inventory = read_site(self._written()).inventory
            answer = ask.put(f"/api/v1/gateways/{GATEWAY}/inventory", content=inventory.body.encode())
            assert answer.is_success, answer.text
            answer = ask.post("/api/v2/write", params={"bucket": "gatehouse"}, content=self._history().encode())
            assert answer.is_success, answer.text
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _written(self) -> Path:
        """The type and its model in `equipment/` beside site.yaml, as docs say."""
        type_ = self.folder / "equipment" / "ice_machine"
        (type_ / "models").mkdir(parents=True)
        (type_ / "equipment.yaml").write_text(TYPE, encoding="utf-8")
        (type_ / "models" / "nordic-i200.yaml").write_text(MODEL, encoding="utf-8")
        file = self.folder / "site.yaml"
        file.write_text(SITE, encoding="utf-8")
        return file

    @staticmethod
    def _history() -> str:
        """Up to now: a bin that empties and fills, a machine that works half of the time, batches that count up."""
        from cloud.historian.base import Series

        now = SystemClock().now() // STEP * STEP
        series = Series("riverside", "ice_machine", "ice-1", "bin_level")
        steps = HOURS * 3600 * NS // STEP
        lines = []
        for step in range(steps + 1):
            at = now - (steps - step) * STEP
            fields: dict[str, Any] = {
                "bin_level": 50 + 30 * math.sin(step / 60),
                "evaporator": -12.5 + math.sin(step / 20),
                "running": float(step // 60 % 2),
                "batches": float(4000 + step // 40),
            }
            lines.append(line(series, at, **{name: repr(float(value)) for name, value in fields.items()}))
        return "\n".join(lines)
