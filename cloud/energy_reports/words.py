"""What the energy report says, in both languages."""

from __future__ import annotations

from typing import Final, Literal

from facility.energy.target import Course
from facility.words import Text

Language = Literal["zh", "en"]


def _text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def said(text: Text, language: Language) -> str:
    """In this language."""
    return text.zh if language == "zh" else text.en


TITLE: Final = _text("能耗月报", "Monthly energy report")
SITE: Final = _text("项目", "Site")
MONTH: Final = _text("月份", "Month")
MADE: Final = _text("统计时刻", "Counted at")
KNOWN: Final = _text("数据完整率", "Data known")
SPAN: Final = _text("统计区间", "Amounts of")
TOTALS: Final = _text("全站", "Site")
USES: Final = _text("分项", "Uses")
AREAS: Final = _text("区域", "Areas")
METERS: Final = _text("各表", "Meters")
BILLS: Final = _text("电费", "Bills")
WASTE: Final = _text("浪费", "Waste")
SAVINGS: Final = _text("节能量", "Savings")
NOTHING: Final = _text("无", "none")
PAGE: Final = _text("第 {page} 页", "Page {page}")
UNKNOWN: Final = "–"
COURSES: Final = {
    Course.ON_COURSE: _text("正常", "on course"),
    Course.AT_RISK: _text("有风险", "at risk"),
    Course.OFF_COURSE: _text("将超标", "off course"),
    Course.MET: _text("达标", "met"),
    Course.MISSED: _text("超标", "missed"),
    Course.UNKNOWN: _text("数据不足", "too little known"),
}
NO_TARGET: Final = _text("无目标", "no target")
METER: Final = _text("计量点", "Meter")
OF_LINES: Final = (
    _text("名称", "Name"),
    _text("单位", "Unit"),
    _text("用量", "Used"),
    _text("完整率", "Known"),
    _text("同比", "Last year"),
    _text("环比", "Last month"),
    _text("标煤 kgce", "kgce"),
    _text("碳 kgCO₂e", "kgCO₂e"),
    _text("每平方米", "Per m²"),
    _text("电量电费 元", "Energy charge, yuan"),
)
OF_TARGETS: Final = (_text("目标", "Target"), _text("月末预测", "Forecast"), _text("结果", "Result"))
OF_BILLS: Final = (
    METER,
    _text("电价", "Tariff"),
    _text("起止", "Days"),
    _text("电量 kWh", "kWh"),
    _text("完整率", "Known"),
    _text("电费 元", "Total, yuan"),
    _text("说明", "Note"),
)
OF_WASTE: Final = (
    METER,
    _text("发现", "Finding"),
    _text("每月 kWh", "kWh a month"),
    _text("每月元(低–高)", "Yuan a month (low – high)"),
    _text("依据", "Rule"),
)
OF_SAVINGS: Final = (
    METER,
    _text("基线", "Baseline"),
    _text("节能量 kWh", "Saved, kWh"),
    _text("90% 误差 ±", "± (90 %)"),
    _text("说明", "Note"),
)
NOT_COMPLETE: Final = _text("数据或日历不完整,不是最终账单", "Not all is known: no final bill")
NO_DATA: Final = _text("没有电量数据,只列出不随电量变化的费用", "No energy is known: no bill")
UNSURE: Final = _text("其中 {kwh} kWh 的时段为估算", "{kwh} kWh of it in estimated hours")
NO_REACTIVE: Final = _text(
    "没有无功电量读数,未计力调电费", "No reactive energy was read: without power factor adjustment"
)
RUNNING: Final = _text(
    "截至昨日;不足一月的基本电费和月费按电价规定折算", "Up to yesterday; a part of a month's charges as the tariff says"
)
NO_WASTE: Final = _text(
    "没有未关闭的发现;没有分析过的表和日子不在其内",
    "No finding is open; meters and days that nobody looked at are not judged",
)
UNPRICED: Final = _text("未计电量电费", "Without energy charge")
REFUSED: Final = _text("不采用", "refused")
ACCEPTED: Final = _text("采用", "accepted")
NOT_DISTINCT: Final = _text("与零无法区分", "not to be told from none")
RULES: Final = (
    _text(
        "缺数不按零计:完整率低于 100% 的用量不是全部;任一期完整率低于 90% 的不作同比、环比。",
        "What is missing is no zero: an amount under 100 % known is not all; "
        "where either stretch is known for less than 90 % nothing is compared.",
    ),
    _text(
        "同比、环比按相同时长比较;目标、预测和节能量按已结束的日子计。",
        "Last year and last month are of a stretch as long; targets, forecasts and savings of the days that are over.",
    ),
    _text(
        "未通过检验的基线不给出节能量;误差为标称 90% 区间。",
        "A refused baseline shows no saving; errors are nominal 90 % bands.",
    ),
    _text("换算系数:", "Factors: "),
)
