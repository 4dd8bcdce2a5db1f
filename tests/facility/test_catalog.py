"""Types and models by folder: the site's own first, and what is wrong in them told with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from facility.catalog import SHIPPED, Catalog, for_site, shipped
from facility.errors import ConfigError
from facility.resolve import read_site
from tests.facility.little_site import write

BELL = """
id: bell
name: {zh: 门铃, en: Bell}
system: access
points:
  - {id: rings, kind: counter, name: {zh: 次数, en: Rings}, unit: "1"}
"""
BELL_MODEL = """
id: ding
type: bell
protocol: modbus
name: {zh: 叮咚, en: Ding}
source: hand-made
points:
  - {point: rings, address: {table: input, register: 0, type: uint16}}
"""


def own(folder: Path, *, type_: str = BELL, model: str = BELL_MODEL) -> Path:
    models = folder / "equipment" / "bell" / "models"
    models.mkdir(parents=True)
    (models.parent / "equipment.yaml").write_text(type_, encoding="utf-8")
    (models / "ding.yaml").write_text(model, encoding="utf-8")
    return folder


def test_a_type_of_the_sites_own_joins_the_shipped_ones(tmp_path: Path) -> None:
    catalog = for_site(own(tmp_path) / "site.yaml")
    assert {"bell", "pump"} <= set(catalog.types())
    assert catalog.model("bell", "ding").points[0].point == "rings"


def test_a_model_of_the_sites_own_goes_before_the_shipped_one(tmp_path: Path) -> None:
    models = tmp_path / "equipment" / "pump" / "models"
    models.mkdir(parents=True)
    text = (SHIPPED / "pump" / "models" / "generic-modbus.yaml").read_text(encoding="utf-8")
    (models / "generic-modbus.yaml").write_text(text.replace("register: 4,", "register: 400,"), encoding="utf-8")
    (models / "house.yaml").write_text(text.replace("id: generic-modbus", "id: house"), encoding="utf-8")
    site = read_site(write(tmp_path))
    flow = next(p for p in site.inventory.points if p.id == "pump-1.flow")
    assert flow.address["register"] == 400
    assert set(site.catalog.models("pump")) == {*shipped().models("pump"), "house"}
    assert "house" not in shipped().models("pump")


def test_a_type_of_the_sites_own_goes_before_the_shipped_one(tmp_path: Path) -> None:
    folder = tmp_path / "equipment" / "weather"
    shutil.copytree(SHIPPED / "weather", folder)
    text = (folder / "equipment.yaml").read_text(encoding="utf-8")
    (folder / "equipment.yaml").write_text(text.replace("limit: 0,", "limit: -5,"), encoding="utf-8")
    frost = next(r for r in for_site(tmp_path / "site.yaml").type("weather").rules if r.id == "frost")
    assert frost.condition.model_dump()["limit"] == -5


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: bell", "id: bel", 2, "the folder is called 'bell', the type 'bel'"),
        ("kind: counter", "kind: countr", 6, "kind"),
        ("system: access", "system: acess", 4, "system"),
        ('unit: "1"', "per: door", 2, "no kind of instance"),
        ("  - {id: rings", "  - {id: rings, writable: true, deadband: {percent: 1}", 6, "hide its use"),
    ],
)
def test_a_wrong_type_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as raised:
        for_site(own(tmp_path, type_=BELL.replace(old, new)) / "site.yaml").type("bell")
    assert raised.value.mistakes[0].line == line
    assert raised.value.mistakes[0].file.endswith("equipment.yaml")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: ding", "id: dong", 2, "the file is called 'ding'"),
        ("type: bell", "type: pump", 3, "stands in the folder of 'bell'"),
        ("point: rings", "point: ring", 8, "did you mean 'rings'"),
        ("source: hand-made\n", "", 2, "'source' is missing"),
        (BELL_MODEL[BELL_MODEL.index("points:") :], "", 2, "maps no point"),
        ("  - {point: rings", "  - {point: rings, address: {register: 1}}\n  - {point: rings", 9, "there twice"),
        ("points:", "repeat: [{per: door, instance: d, each: {}, points: []}]\npoints:", 7, "at least one"),
    ],
)
def test_a_wrong_model_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as raised:
        for_site(own(tmp_path, model=BELL_MODEL.replace(old, new)) / "site.yaml").model("bell", "ding")
    assert raised.value.mistakes[0].line == line


PANEL = (SHIPPED / "fire_alarm_panel" / "models" / "generic-modbus.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("l{loop}a{address:03}", "l{loop}", "leaves out {address}: two would be called the same"),
        ("step: {register: 256}", "step: {regster: 256}", "loop steps 'regster', but this address has no number there"),
        ("- {point: fire, address", "- {point: mains, address", "'mains' is not one of each address"),
        ("- {point: mains, address", "- {point: fire, address", "it belongs under repeat"),
        ("per: address", "per: adress", "no 'adress' instances"),
        ("last: 32", "last: 0", "last is below first"),
    ],
)
def test_a_wrong_repeat(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = tmp_path / "fire_alarm_panel" / "models"
    folder.mkdir(parents=True)
    (folder / "generic-modbus.yaml").write_text(PANEL.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        Catalog((tmp_path, SHIPPED)).model("fire_alarm_panel", "generic-modbus")
    assert words in str(raised.value)


def test_what_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no equipment type 'pmp'; did you mean 'pump'\? \(there are: access_gate, "):
        shipped().type("pmp")
    with pytest.raises(ConfigError, match=r"no model 'sdm630' of power_meter; did you mean 'eastron-sdm630'"):
        shipped().model("power_meter", "sdm630")


def test_a_broken_type_of_the_sites_own_is_told_beside_the_sites_other_mistakes(tmp_path: Path) -> None:
    own(tmp_path, type_=BELL.replace("system: access", "system: acess"))
    text = """
site: s
name: {zh: 甲, en: A}
gateway: g
connections: {plant: {protocol: modbus}}
equipment:
  - {id: bell-1, type: bell, model: ding, connection: plnt, name: {zh: 铃, en: Bell}, rated: {x: 1}}
overrides: {bell-1: {rules: {x: {limit: 1}}}}
"""
    with pytest.raises(ConfigError) as raised:
        read_site(write(tmp_path, text))
    told = str(raised.value)
    assert "did you mean 'plant'" in told
    assert "equipment.yaml:4" in told
