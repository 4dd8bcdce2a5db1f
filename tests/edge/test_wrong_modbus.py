"""Mistakes that only the driver can see: told with file and line, all at once, before a socket opens."""

from pathlib import Path

import pytest

from edge.checking import check
from facility.errors import ConfigError, Mistake

EQUIPMENT = Path(__file__).resolve().parents[2] / "facility" / "equipment" / "pump" / "equipment.yaml"
HOST, RIGHT, PLAIN = "host: 192.0.2.1", "table: input, register: 4, type: uint16", "gap: 50"
SITE = """\
site: garden
name: {{zh: 花园, en: Garden}}
gateway: gw-1
connections:
  plant: {{protocol: modbus, {connection}}}
equipment:
  - {{id: pump-1, type: pump, model: odd, connection: plant, unit: {unit}, name: {{zh: 泵, en: Pump}}}}
"""
MODEL = """\
id: odd
type: pump
protocol: modbus
name: {{zh: 怪, en: Odd}}
source: written for this test
quirks: {{{quirks}}}
points:
  - {{point: flow, address: {{{address}}}}}
  - {{point: power, address: {{{second}}}}}
"""
CONNECTION, UNIT, QUIRKS, ADDRESS, SECOND = (
    ("site.yaml", 5),
    ("site.yaml", 7),
    ("odd.yaml", 6),
    ("odd.yaml", 8),
    ("odd.yaml", 9),
)
Place = tuple[str, int]


def told(folder: Path, wrong: dict[Place, str]) -> list[Mistake]:
    """What is said of a site that is right but for these places."""
    models = folder / "equipment" / "pump" / "models"
    models.mkdir(parents=True)
    (models.parent / "equipment.yaml").write_text(EQUIPMENT.read_text(encoding="utf-8"), encoding="utf-8")
    text = MODEL.format(
        quirks=wrong.get(QUIRKS, PLAIN), address=wrong.get(ADDRESS, RIGHT), second=wrong.get(SECOND, RIGHT)
    )
    (models / "odd.yaml").write_text(text, encoding="utf-8")
    site = folder / "site.yaml"
    text = SITE.format(connection=wrong.get(CONNECTION, HOST), unit=wrong.get(UNIT, "1"))
    site.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        check(site, {})
    return list(raised.value.mistakes)


def places(mistakes: list[Mistake]) -> list[Place]:
    return [(Path(m.file).name, m.line) for m in mistakes]


@pytest.mark.parametrize(
    ("place", "written", "says"),
    [
        (CONNECTION, "hots: 192.0.2.1", "unknown key 'hots'"),
        (CONNECTION, "timeout: 1s", "has a host or a serial port"),
        (CONNECTION, "host: 192.0.2.1, serial: /dev/ttyS0", "exactly one of them"),
        (CONNECTION, "host: 192.0.2.1, port: 70000", "65535"),
        (CONNECTION, "host: 192.0.2.1:502", "host: 192.0.2.1, port: 502"),
        (CONNECTION, "host: 'http://192.0.2.1/x'", "a host name or an address alone"),
        (CONNECTION, "host: '192.0.2.1 '", "a host name or an address alone"),
        (CONNECTION, "host: 192.0.2.1, timeout: .inf", "a duration has an end"),
        (CONNECTION, "host: 192.0.2.1, port: http", "write a whole number"),
        (CONNECTION, "serial: /dev/ttyS0, port: 502", "port belongs to a host"),
        (CONNECTION, "host: 192.0.2.1, framing: mbap", "'tcp', 'rtu' or 'ascii'"),
        (CONNECTION, "host: 192.0.2.1, transport: serial", "transport serial needs serial"),
        (CONNECTION, "serial: /dev/ttyS0, framing: tcp", "carries framing rtu or ascii"),
        (CONNECTION, "host: 192.0.2.1, parity: even", "parity belongs to framing rtu or ascii"),
        (CONNECTION, "serial: /dev/ttyS0, parity: mark", "'none', 'even' or 'odd'"),
        (CONNECTION, "serial: /dev/ttyS0, data_bits: 7", "rtu needs all 8"),
        (CONNECTION, "serial: /dev/ttyS0, baud: 0", "50"),
        (CONNECTION, "serial: /dev/ttyS0, pipeline: 4", "pipeline needs framing tcp"),
        (CONNECTION, "host: 192.0.2.1, timeout: soon", "duration"),
        (CONNECTION, "host: 192.0.2.1, timeout: 0s", "longer than 0"),
        (CONNECTION, "host: 192.0.2.1, ca: site.yaml", "ca belongs to transport tls"),
        (CONNECTION, "host: 192.0.2.1, transport: tls, key: site.yaml", "certificate and key come together"),
        (CONNECTION, "host: 192.0.2.1, transport: tls, ca: plant.pem", "there is no file"),
        (UNIT, "one", "'one' is no Modbus unit"),
        (UNIT, "300", "300 is no Modbus unit"),
        (QUIRKS, "max_registers: 200", "125"),
        (QUIRKS, "order: ABDC", "'ABCD'"),
        (QUIRKS, "forbidden: [[holding, 9, 5]]", "is no range"),
        (QUIRKS, "forbidden: [[input, 4, 4]]", "lies in a range that its model forbids"),
        (QUIRKS, "strategy: fewest", "'gap', 'contiguous' or 'single'"),
        (ADDRESS, "tble: input, table: input, register: 4, type: uint16", "unknown key 'tble'"),
        (ADDRESS, "reference: 70001, type: uint16", "is no Modbus reference"),
        (ADDRESS, "reference: 40001, table: holding, type: uint16", "either reference, or table and register"),
        (ADDRESS, "table: input, register: 65535, type: uint32", "pass the end of the table"),
        (ADDRESS, "table: coil, register: 1, type: uint16", "holds single bits"),
        (ADDRESS, "table: input, register: 1", "type"),
        (ADDRESS, "table: input, register: 1, bit: 16", "15"),
        (ADDRESS, "table: input, register: 1, mask: 0x0F, match: [0x10]", "can never be met"),
        (ADDRESS, "table: input, register: 1, type: uint16, scale: 0", "can't be 0"),
        (ADDRESS, "table: input, register: 1, type: uint16, not_available: [0x10000]", "it has 16 bits"),
        (ADDRESS, "table: input, register: 1, names: {16: door}", "none of the 16 bits"),
        (ADDRESS, "table: input, register: 1, type: string, length: 4", "belongs to a point of kind text"),
    ],
)
def test_one_mistake_is_told_with_its_file_and_line(place: Place, written: str, says: str, tmp_path: Path) -> None:
    (mistake, *more) = told(tmp_path, {place: written})
    if place is QUIRKS and "forbidden: [[input" in written:
        place, more = ADDRESS, [m for m in more if (Path(m.file).name, m.line) != SECOND]
    assert places([mistake]) == [place]
    assert says in mistake.says
    assert more == []


@pytest.mark.parametrize(
    "wrong",
    [
        {CONNECTION: "hots: 192.0.2.1", ADDRESS: "tabel: input, register: 4, type: uint16"},
        {CONNECTION: "host: 192.0.2.1, port: 0", QUIRKS: "gap: 500", SECOND: "table: inputs, register: 4, type: int16"},
        {UNIT: "300", ADDRESS: "table: input, register: 1, type: string, length: 4"},
        {ADDRESS: "table: input, register: 1, bit: 16", SECOND: "table: input, register: 1, type: uint16, scale: 0"},
        {
            UNIT: "one",
            ADDRESS: "table: input, register: 2, names: {0: a}",
            SECOND: "table: input, register: 2, names: {0: b}",
        },
    ],
)
def test_several_mistakes_are_told_at_once(wrong: dict[Place, str], tmp_path: Path) -> None:
    found = places(told(tmp_path, wrong))
    assert sorted(set(found)) == sorted(wrong), found


def test_wrong_settings_come_out_while_site_and_connection_are_wrong_too(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(
        "version: 1\noverrides:\n  pump-1: {points: {flwo: {period: 5s}}}\n", encoding="utf-8"
    )
    models = tmp_path / "equipment" / "pump" / "models"
    models.mkdir(parents=True)
    (models.parent / "equipment.yaml").write_text(EQUIPMENT.read_text(encoding="utf-8"), encoding="utf-8")
    model = MODEL.format(quirks=PLAIN, address=RIGHT, second=RIGHT)
    (models / "odd.yaml").write_text(model, encoding="utf-8")
    text = SITE.format(connection="hots: 192.0.2.1", unit=1).replace("plant, unit", "plant, place: nowhere, unit")
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        check(tmp_path / "site.yaml", {})
    found = places(list(raised.value.mistakes))
    assert sorted(found) == [("settings.yaml", 3), ("site.yaml", 5), ("site.yaml", 7)]


def test_how_a_line_is_polled_is_checked_and_kept(tmp_path: Path) -> None:
    written = f"{HOST}, tick: 0s, longest_backoff: 1s"
    assert [m.where for m in told(tmp_path, {CONNECTION: written})] == [
        "connections.plant.longest_backoff",
        "connections.plant.tick",
    ]
    site = tmp_path / "site.yaml"
    text = SITE.format(connection=f"{HOST}, tick: 500ms, longest_backoff: 5min", unit=1)
    site.write_text(text, encoding="utf-8")
    (line,) = check(site, {}).lines
    assert (line.tick, line.longest_backoff) == (0.5, 300)
