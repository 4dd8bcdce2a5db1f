"""The alarm rules that no equipment type names: lines, units and gateways that are away, linkage, and integrity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from facility.alarm import AlarmClass, OrderPolicy, Post, Priority, Rule
from facility.linkage import MISSING_RULE
from facility.words import Steps, Text

GATEWAY_LOST: Final = "gateway_lost"
INTEGRITY: Final = "integrity"
STATION_LOST: Final = "duty_station_lost"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an alarm says of itself, whoever defined its rule."""

    name: Text
    guidance: Steps
    owners: tuple[Post, ...]
    fault: str | None = None
    order: OrderPolicy | None = None
    priority: Priority = Priority.MEDIUM
    alarm_class: AlarmClass = AlarmClass.COMMUNICATION


def meaning_of(rule: Rule) -> Meaning:
    """Of a rule of the inventory."""
    return Meaning(rule.name, rule.guidance, rule.owners, rule.fault, rule.order, rule.priority, rule.alarm_class)


BUILT_IN: Final = {
    "line_lost": Meaning(
        Text(zh="通讯线路中断", en="Line lost"),
        Steps(
            zh=("检查线路、交换机和供电", "线路恢复前,该线路上的设备状态均未知,请派人现场查看重要设备"),
            en=(
                "Check the cable, the switch and the power supply",
                "Until it is back nothing on this line is known: send somebody to look at what matters",
            ),
        ),
        (Post.ENGINEERING,),
        priority=Priority.HIGH,
    ),
    "unit_lost": Meaning(
        Text(zh="设备通讯中断", en="Unit lost"),
        Steps(
            zh=("检查该设备的供电和接线", "恢复前其状态未知"),
            en=("Check the unit's power and wiring", "Until it is back its state is unknown"),
        ),
        (Post.ENGINEERING,),
    ),
    GATEWAY_LOST: Meaning(
        Text(zh="网关离线", en="Gateway lost"),
        Steps(
            zh=("检查网关的供电和网络", "离线期间以现场值班页和设备自身显示为准", "本系统中其下设备状态均未知"),
            en=(
                "Check the gateway's power and network",
                "Until it is back go by the local duty page and the equipment's own displays",
                "Everything behind it is unknown here",
            ),
        ),
        (Post.CONTROL_ROOM, Post.ENGINEERING),
        priority=Priority.HIGH,
    ),
    STATION_LOST: Meaning(
        Text(zh="值班终端失联", en="Duty station lost"),
        Steps(
            zh=("立即到岗查看:值班员是否在岗,终端是否开机、已登录", "在终端页面上点击启用报警声,并做一次声音测试"),
            en=(
                "Go and see at once: is somebody at the post, is the screen on and logged in",
                "Arm the sound on its page, and test it once",
            ),
        ),
        (Post.CONTROL_ROOM,),
        priority=Priority.HIGH,
    ),
    MISSING_RULE: Meaning(
        Text(zh="火灾联动未到位", en="Missing in a fire"),
        Steps(
            zh=(
                "立即派人到现场手动完成:释放门禁、抬起道闸、降下卷帘、启动消防泵或风机等",
                "在消防联动控制器上核对该项是否发出启动命令、联动是否在自动",
                "现场到位前安排人员值守疏散通道;记入值班记录,复位后报修",
            ),
            en=(
                "Send somebody at once to do it by hand: release the door, raise the barrier, start the pump or fan",
                "See at the fire panel whether it was commanded, and whether linkage is in automatic",
                "Until it is there somebody stays at the way out; write it down and have it repaired after the reset",
            ),
        ),
        (Post.CONTROL_ROOM,),
        priority=Priority.HIGH,
        alarm_class=AlarmClass.LIFE_SAFETY,
    ),
    INTEGRITY: Meaning(
        Text(zh="数据完整性异常", en="Integrity"),
        Steps(
            zh=("通知管理员核对网关的存储和记录", "接警后本条关闭,记录保留"),
            en=(
                "Tell the administrator to check the gateway's storage and records",
                "Acknowledging closes this alarm; its record stays",
            ),
        ),
        (Post.ENGINEERING,),
        priority=Priority.HIGH,
        alarm_class=AlarmClass.INTEGRITY,
    ),
}


def unnamed(rule: str) -> Meaning:
    """Of a rule that nobody names any more."""
    return BUILT_IN.get(rule) or Meaning(Text(zh=rule, en=rule), Steps(zh=(), en=()), (Post.LIST,))
