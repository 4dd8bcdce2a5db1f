"""What a life-safety rule watches is asked every 250 ms where nobody waits for it, unless the site says otherwise."""

from pathlib import Path

import pytest

from edge.binding import BoundLine, rebind
from edge.checking import check
from facility.resolve import resolved

SITE = """\
site: garden
name: {{zh: 花园, en: Garden}}
gateway: gw-1
connections:
  panel: {{protocol: modbus, {connection}}}
equipment:
  - id: fire-panel
    type: fire_alarm_panel
    model: generic-modbus
    connection: panel
    unit: 1
    name: {{zh: 报警主机, en: Fire panel}}
    instances: [{{id: l1a003, zh: 三层, en: Floor 3}}]
{more}
"""
TCP, SERIAL, CONVERTER = "host: 192.0.2.1", "serial: /dev/ttyUSB0", "host: 192.0.2.1, framing: rtu"


def line_of(folder: Path, connection: str, more: str = "") -> BoundLine:
    site = folder / "site.yaml"
    site.write_text(SITE.format(connection=connection, more=more), encoding="utf-8")
    (line,) = check(site, {}).lines
    return line


def periods(line: BoundLine) -> dict[str, float]:
    return {p.means.id: p.period for p in line.points}


@pytest.mark.parametrize(("connection", "fire"), [(TCP, 0.25), (SERIAL, 1.0), (CONVERTER, 1.0)])
def test_a_fire_is_asked_for_more_often_where_the_line_is_no_bus(tmp_path: Path, connection: str, fire: float) -> None:
    found = periods(line_of(tmp_path, connection))
    assert (found["fire"], found["shielded"]) == (fire, 1.0)


def test_a_period_that_the_site_sets_holds(tmp_path: Path) -> None:
    assert periods(line_of(tmp_path, TCP, "    poll: 2s"))["fire"] == 2.0
    other = "overrides: {fire-panel: {points: {fire: {period: 5s}}}}"
    assert periods(line_of(tmp_path, TCP, other))["fire"] == 5.0


def test_new_settings_change_it_only_where_they_name_it(tmp_path: Path) -> None:
    line = line_of(tmp_path, TCP)
    site = check(tmp_path / "site.yaml", {}).site
    (same,) = rebind((line,), resolved(site, site.written))
    assert same == line
    said = {"overrides": {"fire-panel": {"points": {"fire": {"period": 5.0}}}}}
    written = type(site.written).model_validate(site.written.model_dump(mode="json", by_alias=True) | said)
    (slower,) = rebind((line,), resolved(site, written))
    assert periods(slower)["fire"] == 5.0
