"""Every MQTT test case of every equipment type: the messages of the device against the values they mean."""

from pathlib import Path
from typing import Any

import pytest

from drivers.base import Bound
from drivers.mqtt import Address, Quirks
from drivers.mqtt.arrived import Arrived
from drivers.mqtt.decode import Decoder
from facility import catalog, yaml_source
from facility.quality import Quality, reason_word

CASES = sorted(f.parent for f in catalog.SHIPPED.glob("*/testcases/*/wire.yaml"))
NOW = 1_790_000_000_000_000_000


def mqtt_cases() -> list[Path]:
    return [c for c in CASES if "messages" in yaml_source.load(c / "wire.yaml").data]


def bounds(type_: str, wire: dict[str, Any]) -> list[Bound]:
    shipped = catalog.shipped()
    model, means = shipped.model(type_, wire["model"]), shipped.type(type_)
    quirks = Quirks.model_validate(model.quirks)
    return [
        Bound(
            i, e.point, "e", "", wire.get("unit", ""), means.point(e.point), 1.0, 3.0,
            Address.model_validate(e.address), quirks,
        )
        for i, e in enumerate(model.points)
    ]  # fmt: skip


@pytest.mark.parametrize("case", mqtt_cases(), ids=lambda c: f"{c.parent.parent.name}/{c.name}")
def test_the_messages_mean_what_the_case_says(case: Path) -> None:
    wire = yaml_source.load(case / "wire.yaml").data
    expected = yaml_source.load(case / "expected.yaml").data
    points = bounds(case.parent.parent.name, wire)
    batch = Decoder(points).batch(
        [Arrived(m["topic"], m["payload"].encode(), m.get("retain", False), NOW) for m in wire["messages"]]
    )
    rows = {points[i].id: (v, q, r) for i, v, q, r in zip(batch.point, batch.value, batch.quality, batch.reason)}  # noqa: B905
    facts: dict[str, list[Any]] = {}
    for note in batch.notes:
        facts.setdefault(points[note.point].id, []).append(note.data)
    assert expected
    assert set(rows) | set(facts) == set(expected)
    for id_, want in expected.items():
        if isinstance(want, list):
            assert facts[id_] == want
        elif isinstance(want, dict):
            assert (rows[id_][1], reason_word(int(rows[id_][2]))) in (
                (Quality.BAD, want["reason"]), (Quality.UNCERTAIN, want["reason"]),
            ), id_  # fmt: skip
        elif isinstance(want, str):
            assert facts[id_][-1] == want
        else:
            assert rows[id_][0] == pytest.approx(want, rel=1e-12, abs=1e-6), id_
            assert rows[id_][1] != Quality.BAD, id_


def test_there_are_cases() -> None:
    assert len(mqtt_cases()) >= 8
