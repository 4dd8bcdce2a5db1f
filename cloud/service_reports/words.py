"""What the written report says, in both languages."""

from __future__ import annotations

from datetime import time
from typing import Final, Literal

from cloud.service_levels.profile import Overnight, Promise, Share, Within
from facility.alarm import OrderClass
from facility.words import Text

Language = Literal["zh", "en"]
Group = Literal["broken", "under_way", "kept", "dropped"]
GROUPS: Final[tuple[Group, ...]] = ("broken", "under_way", "kept", "dropped")
"""In the order in which a reader wants them."""


def _text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


TITLE: Final = _text("服务月报", "Monthly service report")
SUMMARY: Final = _text("总表", "Summary")
SITE: Final = _text("项目", "Site")
MONTH: Final = _text("月份", "Month")
PROFILE: Final = _text("服务标准", "Profile")
MADE: Final = _text("统计时刻", "Counted at")
RUNNING: Final = _text(",本月尚未结束", ", the month is not over")
PROMISE: Final = _text("承诺", "Promise")
SOURCE: Final = _text("出处", "Source")
TARGET: Final = _text("目标", "Target")
REQUIRED: Final = _text("要求", "Required")
CASES: Final = _text("件数", "Cases")
VALUE: Final = _text("达成率", "Achieved")
RESULT: Final = _text("结果", "Result")
NUMBER: Final = _text("工单号", "Order")
ROUND: Final = _text("第几次", "Round")
WHAT: Final = _text("内容", "What")
PLACE: Final = _text("位置", "Place")
CLASS: Final = _text("级别", "Class")
STARTED: Final = _text("计时开始", "Clock started")
ELAPSED: Final = _text("用时", "Taken")
ALLOWED: Final = _text("限时", "Allowed")
VERDICT: Final = _text("判定", "Verdict")
NO_CASES: Final = _text("本月无此类工单", "No such case in this month")
CONTENTS_LINK: Final = _text("返回总表", "Back to the summary")
PAGE: Final = _text("第 {page} / {pages} 页", "Page {page} of {pages}")
MET: Final[dict[bool | None, Text]] = {
    True: _text("达标", "Met"),
    False: _text("未达标", "Missed"),
    None: _text("无可判定", "None settled"),
}
GROUP: Final[dict[Group, Text]] = {
    "broken": _text("超时", "Broken"),
    "under_way": _text("未完成", "Not done yet"),
    "kept": _text("守约", "Kept"),
    "dropped": _text("已取消", "Cancelled"),
}
OF_VERDICT: Final[dict[str, Group]] = {
    "broken": "broken",
    "running": "under_way",
    "at_risk": "under_way",
    "paused": "under_way",
    "open": "under_way",
    "kept": "kept",
    "dropped": "dropped",
}
VERDICTS: Final[dict[str, Text]] = {
    "broken": _text("超时", "broken"),
    "running": _text("进行中", "running"),
    "at_risk": _text("将超时", "at risk"),
    "paused": _text("暂停", "paused"),
    "open": _text("未做", "not done"),
    "kept": _text("守约", "kept"),
    "dropped": _text("已取消", "cancelled"),
}
CLASSES: Final[dict[OrderClass, Text]] = {
    OrderClass.URGENT: _text("急修", "urgent"),
    OrderClass.ORDINARY: _text("一般", "ordinary"),
    OrderClass.HARD: _text("较难", "hard"),
    OrderClass.SMALL: _text("小修", "small"),
}
RULES: Final = (
    _text(
        "计时自报修起,仅在写明原因的暂停期间停走;报修日期在本月的计入本月。",
        "Clocks start at the report and stand still only in a pause with a stated reason; the report's month counts.",
    ),
    _text(
        "达成率 = 守约 ÷(守约 + 超时);回访类 = 已做 ÷ 应做(已取消的不计)。",
        "Achieved = kept / (kept + broken); of call-backs: done / due (cancelled ones are not counted).",
    ),
    _text(
        "每个数字可点开其工单,每张工单可点开全部原始记录。",
        "Each number leads to its cases, each case to its raw events.",
    ),
)
_MINUTE, _HOUR = 60, 3_600


def target_text(promise: Promise) -> Text:
    """What must be done by when."""
    match promise.target:
        case Within(seconds=seconds, working=working):
            zh, en = _span(seconds)
            return _text(
                f"{zh}内{'(工作时间)' if working else ''}", f"within {en}{' (working hours)' if working else ''}"
            )
        case Overnight(late=late, by=by):
            a, b = _clock(late), _clock(by)
            return _text(f"当日内;{a} 后报修的次日 {b} 前", f"the same day; if reported after {a}, by {b} next day")
        case Share():
            return _text("做到", "done")


def _span(seconds: int) -> tuple[str, str]:
    for size, zh, en in ((_HOUR, "小时", "h"), (_MINUTE, "分钟", "min")):
        if seconds % size == 0:
            return f"{seconds // size} {zh}", f"{seconds // size} {en}"
    return f"{seconds} 秒", f"{seconds} s"


def _clock(at: time) -> str:
    return at.strftime("%H:%M")


def month_text(year: int, month: int) -> Text:
    """2026年11月, November 2026."""
    return _text(f"{year}年{month}月", f"{_MONTHS[month - 1]} {year}")


_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def duration(seconds: int) -> str:
    """h:mm:ss."""
    return f"{seconds // _HOUR}:{seconds % _HOUR // _MINUTE:02d}:{seconds % _MINUTE:02d}"
