"""The words of an alarm's history, outcomes and fire procedure, in both languages."""

from __future__ import annotations

from typing import Final

from facility.words import Text


def _t(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


STEPS: Final = {
    "raised": _t("触发", "Raised"),
    "raised_again": _t("再次触发", "Raised again"),
    "still_raised": _t("仍在报警", "Still holds"),
    "passed": _t("离线期间触发并恢复", "Came and went while out of reach"),
    "updated": _t("检测状态变化", "Detection changed"),
    "out_of_service": _t("停用", "Taken out of service"),
    "cleared": _t("恢复", "Cleared"),
    "acknowledged": _t("接警", "Acknowledged"),
    "false_proposed": _t("拟定误报,待第二人核实", "Called not real; a second person confirms"),
    "confirmed": _t("核实", "Confirmed"),
    "mark_lifted": _t("不是测试或演练,按真实报警处置", "No test and no drill: handled as real"),
    "false_recorded": _t("误报已登记故障维修", "False alarm: repair recorded"),
    "false_taken_back": _t("误报登记已撤回", "Not false after all: repair taken back"),
    "commented": _t("备注", "Comment"),
    "assigned": _t("指派", "Assigned"),
    "shelved": _t("暂挂", "Shelved"),
    "unshelved": _t("暂挂结束", "Back from the shelf"),
    "silenced": _t("消音", "Silenced"),
    "sounded_again": _t("再次鸣响", "Sounds again"),
    "escalated": _t("逾时未接警,已上报", "Not acknowledged in time: went up"),
    "reset_asked": _t("复位", "Reset asked"),
    "ordered": _t("报修", "Order asked for"),
    "procedure": _t("处置步骤", "Step of the procedure"),
    "close_proposed": _t("拟关闭,待第二人确认", "To be closed; a second person confirms"),
    "closed": _t("关闭", "Closed"),
}
"""Kind of a step → its word."""

OUTCOMES: Final = {
    "real": _t("真实", "Real"),
    "false": _t("误报", "False"),
    "test": _t("测试", "Test"),
    "drill": _t("演练", "Drill"),
    "unknown": _t("原因不明", "Cause unknown"),
}

PROCEDURE: Final = {
    "verify": _t("现场核实(以最快方式)", "Verify on site, by the fastest way"),
    "linkage": _t("联动开关转自动", "Turn the linkage switch to automatic"),
    "call_119": _t("拨打119", "Call 119"),
    "evacuate": _t("启动灭火和应急疏散预案", "Start the extinguishing and evacuation plan"),
    "report": _t("报告消防安全责任人", "Report to the person responsible for fire safety"),
    "team": _t("微型消防站出动", "The miniature fire station sets out"),
}
"""The fire procedure (GB 25201 5.3), in its order."""


def step_name(kind: str) -> Text:
    """The word of a step."""
    return STEPS.get(kind) or _t(kind, kind)
