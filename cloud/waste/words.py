"""What the rules are called, and what each means."""

from __future__ import annotations

from typing import Final

from facility.energy.waste import WasteRule
from facility.words import Text


def _text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


NAMES: Final = {
    WasteRule.NIGHT_BASE: _text("夜间基荷偏高", "High base load at night"),
    WasteRule.HOLIDAY: _text("休息日未降载", "Days off run like working days"),
    WasteRule.LIGHTS_BY_DAY: _text("白天亮灯", "Lights by day"),
    WasteRule.PUMP_CLOSED: _text("水泵对闭门运行", "A pump runs against a closed pipe"),
    WasteRule.HEAT_AND_COLD: _text("同时供热供冷", "Heating and cooling at once"),
}
EXPLAINS: Final = {
    WasteRule.NIGHT_BASE: _text(
        "1–5 时中位负荷超过工作时段平均负荷的 40%;超出部分按每夜 10 小时计",
        "The median load of 1 to 5 h is over 40 % of the mean in working hours; the excess counts for 10 h a night",
    ),
    WasteRule.HOLIDAY: _text(
        "休息日用量中位数超过工作日均值的 50%;超出部分按当月休息日计",
        "The median day off takes over 50 % of the mean working day; the excess counts on the month's days off",
    ),
    WasteRule.LIGHTS_BY_DAY: _text(
        "室外照度超过 2000 lx 时照明回路仍用电;允许夜间用量的一成",
        "A lighting circuit takes power while it is over 2000 lx outdoors; a tenth of its use in the dark is allowed",
    ),
    WasteRule.PUMP_CLOSED: _text("水泵运行而流量为零", "The pump runs and nothing flows"),
    WasteRule.HEAT_AND_COLD: _text("同一处供热和供冷同时开启", "Heating and cooling of one place are on at once"),
}
