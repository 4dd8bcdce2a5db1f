"""The sounder-beacon follows life safety, and is written by the poller's one road only."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.base import Bound
from edge.duty.book import Answered, Book
from edge.duty.sounder import BY, Sounder
from facility.errors import ConfigError, Refused
from facility.point import Kind
from facility.resolve import read_site
from facility.site import Sounder as Written
from tests.edge import building as b
from tests.edge.fakes import Lines
from tests.edge.until import until

FIRE = Answered("panel", "", "fire", 1, "life_safety", 1, "active")


class Relay:
    """A relay that can be written and read, or not."""

    def __init__(self) -> None:
        self.stands: float | None = None
        self.written: list[tuple[str, float, str]] = []
        self.refuses = False

    async def write(self, point: Bound, value: float, by: str) -> float:
        self.written.append((point.id, value, by))
        if self.refuses:
            raise Refused("no")
        self.stands = value
        return value


def sounder(book: Book, relay: Relay) -> Sounder:
    made = b.inventory(b.equipment("beacon", [b.point("relay", Kind.STATE, writable=True)]))
    point = replace(Lines().bound(made)[0].points[0], period=0.01)
    return Sounder(Written(point="beacon.relay"), point, book, relay.write, lambda _: relay.stands)


async def test_on_while_life_safety_waits_and_off_when_it_is_acknowledged() -> None:
    book, relay = Book(), Relay()
    book._put(replace(FIRE, rule="trip", alarm_class="equipment"))
    book._put(replace(FIRE, rule="duress"))
    book._put(replace(FIRE, rule="tried", test=True))
    one = sounder(book, relay)
    assert not one.wanted
    task = asyncio.create_task(one.run())
    book._put(FIRE)
    await until(lambda: relay.stands == 1)
    relay.stands = 0.0
    await until(lambda: relay.stands == 1)
    book.acknowledge(FIRE, 2, "李伟", "page")
    await until(lambda: relay.stands == 0)
    task.cancel()
    assert relay.written == [("beacon.relay", v, BY) for v in (1.0, 1.0, 0.0)]


async def test_a_relay_that_refuses_is_said_and_tried_again() -> None:
    book, relay = Book(), Relay()
    relay.refuses = True
    one = sounder(book, relay)
    book._put(FIRE)
    task = asyncio.create_task(one.run())
    await until(lambda: one.why == "no")
    relay.refuses = False
    await until(lambda: one.why == "")
    task.cancel()
    assert relay.stands == 1


SITE = """\
site: riverside
name: {zh: 滨江花园, en: Riverside Garden}
gateway: riverside-1
connections:
  plant-room: {protocol: modbus, host: 127.0.0.1, port: 1}
equipment:
  - {id: lift-1, type: elevator, model: MODEL, connection: plant-room, unit: 1, name: {zh: 梯, en: Lift}}
  - {id: pump-1, type: pump, model: generic-modbus, connection: plant-room, unit: 2, name: {zh: 泵, en: Pump}}
duty_page:
  address: ADDRESS
  sounder: {point: POINT, on: "on"}
"""


@pytest.mark.parametrize(
    ("address", "point", "says"),
    [
        ("127.0.0.1", "lift-1.mode", r"site.yaml:11: duty_page.sounder.point: elevator is never written"),
        ("127.0.0.1", "pump-1.running", r"site.yaml:11: .*not writable: say writable: true under overrides.pump-1"),
        ("127.0.0.1", "pump-2.running", r"site.yaml:11: .*no equipment 'pump-2'; did you mean 'pump-1'"),
        ("192.0.2.7", "pump-1.running", r"in the clear at 192.0.2.7: name certificate and key"),
        ("duty", "pump-1.running", r"site.yaml:10: duty_page.address"),
    ],
)
def test_a_wrong_page_or_relay_is_told_with_its_line(tmp_path: Path, address: str, point: str, says: str) -> None:
    models = Path(b.__file__).parents[2] / "facility" / "equipment" / "elevator" / "models"
    model = next(m.stem for m in sorted(models.glob("*.yaml")) if "protocol: modbus" in m.read_text(encoding="utf-8"))
    text = SITE.replace("ADDRESS", address).replace("POINT", point).replace("MODEL", model)
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        read_site(tmp_path / "site.yaml")
