"""What energy and water are used for: 分项 of the national guideline, and what a property office parts by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from facility.words import Text


@dataclass(frozen=True, slots=True)
class Use:
    """One use; `group` is the heading that it is summed under."""

    id: str
    group: str
    name: Text
    source: str = ""


def _use(id: str, group: str, zh: str, en: str, source: str = "") -> Use:
    return Use(id, group, Text(zh=zh, en=en), source)


FED_IN: Final = "fed_in"
"""What leaves the site: the register of a photovoltaic plant's export is no part of what enters."""
GROUPS: Final = {
    "incoming": Text(zh="进线", en="Incoming"),
    "lighting": Text(zh="照明插座", en="Lighting and sockets"),
    "hvac": Text(zh="空调", en="Heating and cooling"),
    "power": Text(zh="动力", en="Power"),
    "special": Text(zh="特殊用电", en="Special"),
    "public": Text(zh="公区", en="Public areas"),
    "collected": Text(zh="代收代缴", en="Collected for others"),
    "tenant": Text(zh="租户", en="Tenants"),
    "charging": Text(zh="充电桩", en="EV charging"),
    "water": Text(zh="用水", en="Water"),
    "other": Text(zh="其他", en="Other"),
    FED_IN: Text(zh="上网电量", en="Fed into the grid"),
}
"""A to D of the guideline (国家机关办公建筑和大型公共建筑能耗监测导则), then those of a property office."""

USES: Final = {
    use.id: use
    for use in (
        _use("incoming", "incoming", "进线", "Incoming"),
        _use("lighting", "lighting", "照明插座", "Lighting and sockets", "A"),
        _use("indoor_lighting", "lighting", "室内照明与插座", "Lighting and sockets, indoors", "A1"),
        _use("corridor_lighting", "lighting", "走廊与应急照明", "Corridor and emergency lighting", "A2"),
        _use("landscape_lighting", "lighting", "室外景观照明", "Landscape lighting", "A3"),
        _use("hvac", "hvac", "空调", "Heating and cooling", "B"),
        _use("plant", "hvac", "冷热站", "Chillers and boilers", "B1"),
        _use("terminals", "hvac", "空调末端", "Terminal units", "B2"),
        _use("power", "power", "动力", "Power", "C"),
        _use("lifts", "power", "电梯", "Lifts", "C1"),
        _use("pumps", "power", "水泵", "Pumps", "C2"),
        _use("fans", "power", "通风机", "Fans", "C3"),
        _use("special", "special", "特殊用电", "Special", "D"),
        _use("data_centre", "special", "信息中心", "Data centre", "D1"),
        _use("kitchen", "special", "厨房", "Kitchen", "D2"),
        _use("laundry", "special", "洗衣房", "Laundry", "D3"),
        _use("pool", "special", "游泳池", "Swimming pool", "D4"),
        _use("gym", "special", "健身房", "Gym", "D5"),
        _use("public", "public", "公区", "Public areas"),
        _use("collected", "collected", "代收代缴", "Collected for others"),
        _use("household", "collected", "居民", "Homes"),
        _use("tenant", "tenant", "租户", "Tenants"),
        _use("charging", "charging", "充电桩", "EV charging"),
        _use("gardens", "water", "绿化", "Gardens"),
        _use("fire_water", "water", "消防用水", "Fire water"),
        _use(FED_IN, FED_IN, "光伏上网(向外送电)", "Fed into the grid (export)"),
    )
}


def use_of(id: str | None) -> Use:
    """The use of an id; one that is not in the list keeps its own word, under other."""
    if id is None:
        return _use("none", "other", "未分项", "Not said")
    return USES.get(id, _use(id, "other", id, id))
