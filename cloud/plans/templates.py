"""The sets of plans that ship: what a lift needs, from the daily check to the yearly service. Data, no law.

The intervals and lists follow TSG T5002 and the rules on who is answerable for lifts in use (日管控 周排查 月调度), as
public copies tell them: figures of second hand, to be checked against the contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cloud.plans.schemas import CheckItem, PlanTemplate, TemplatePlan
from facility.words import Text


def _items(*told: tuple[str, str, str]) -> tuple[CheckItem, ...]:
    return tuple(CheckItem(id=id, name=Text(zh=zh, en=en)) for id, zh, en in told)


_HALF_MONTHLY: Final = _items(
    ("machine_room", "机房、滑轮间环境清洁，门窗完好，照明正常", "Machine room clean, closed, lit"),
    ("rescue_gear", "手动紧急操作装置齐全", "Gear for rescue by hand is complete"),
    ("brake", "制动器各销轴润滑，动作灵活，间隙正常", "Brake moves freely, its gap is right"),
    ("governor", "限速器各销轴转动灵活，电气开关正常", "Speed governor turns freely, its switch works"),
    ("intercom", "轿厢五方对讲、应急照明正常", "Car intercom and emergency light work"),
    ("door_lock", "层门锁紧元件啮合不小于7毫米", "Landing door locks engage by 7 mm or more"),
    ("door_reopen", "轿门防撞击保护装置有效", "Car doors reopen at an obstacle"),
    ("levelling", "平层准确度符合要求", "The car levels accurately"),
    ("pit", "底坑清洁，无渗水积水，急停开关有效", "Pit clean and dry, its stop switch works"),
)
_QUARTERLY: Final = _items(
    ("reducer_oil", "减速机润滑油油量适宜", "Oil of the gear is at its level"),
    ("brake_lining", "制动衬磨损不超过要求", "Brake linings are not worn beyond their limit"),
    ("rope_groove", "曳引轮槽、曳引钢丝绳无严重油腻，张力均匀", "Sheave and ropes clean, evenly tight"),
    ("governor_rope", "限速器轮槽、钢丝绳清洁", "Governor sheave and rope clean"),
    ("landing_shoes", "层门、轿门门扇及门导靴间隙符合要求", "Gaps of doors and shoes are right"),
    ("buffers", "耗能缓冲器电气安全装置功能有效", "The switches of the buffers work"),
)
_HALF_YEARLY: Final = _items(
    ("couplings", "电动机与减速机联轴器螺栓无松动", "Bolts of the coupling are tight"),
    ("bearings", "曳引轮、导向轮轴承无异常声，润滑良好", "Bearings run quietly and are greased"),
    ("terminals", "控制柜接线端子紧固，线号齐全", "Terminals of the controller are tight and marked"),
    ("rope_wear", "曳引绳、补偿绳磨损、断丝不超过要求", "Ropes are not worn or broken beyond their limit"),
    ("landing_force", "层门关门阻力与强迫关门装置正常", "Landing doors close by themselves"),
)
_YEARLY: Final = _items(
    ("brake_test", "制动器制动能力试验", "Test of the brake"),
    ("safety_gear", "限速器安全钳联动试验", "Test of governor and safety gear together"),
    ("overspeed_up", "上行超速保护装置动作试验", "Test of the protection against overspeed upwards"),
    ("unintended", "轿厢意外移动保护装置动作试验", "Test of the protection against unintended movement"),
    ("insulation", "导电回路绝缘性能测试", "Insulation of the circuits"),
    ("overload", "超载保护装置试验", "Test of the overload device"),
)
_DAILY: Final = _items(
    ("mark", "使用标志、安全须知、应急电话在位清晰", "Licence, rules and emergency number are there and legible"),
    ("car", "轿厢照明、通风、按钮、楼层显示正常", "Light, fan, buttons and display of the car work"),
    ("call", "五方对讲可随时接通", "The intercom is answered"),
    ("doors", "开关门无异响、无撞击，平层正常", "Doors run quietly, the car levels"),
)
_WEEKLY: Final = _items(
    ("records", "日管控问题已闭环", "What the daily checks found is done"),
    ("upkeep", "维保单位按期到场，记录签字完整", "The contractor came on time, its records are signed"),
    ("risks", "本周故障、困人原因已分析", "Faults and trapped people of the week are explained"),
)
_MONTHLY: Final = _items(
    ("weeks", "周排查问题整改情况已听取并落实", "What the weeks found was heard and given to somebody"),
    ("risk_list", "风险管控清单已更新", "The list of risks is up to date"),
)


def _plan(
    id: str, zh: str, en: str, items: tuple[CheckItem, ...], *, months: int = 0, days: int = 0, ahead: int = 0
) -> TemplatePlan:
    within = 0 if days == 1 else 1
    return TemplatePlan(
        id=id, name=Text(zh=zh, en=en), months=months, days=days, ahead=ahead, within=within, trade="elevator",
        checklist=items,
    )  # fmt: skip


ELEVATOR: Final = PlanTemplate(
    id="elevator",
    name=Text(zh="电梯维保与安全管理", en="Lift upkeep and safety"),
    type="elevator",
    source="TSG T5002 电梯维护保养规则(转引) · TSG T5002, rules of lift upkeep (at second hand)",
    plans=(
        _plan("half-monthly", "半月维保", "Half-monthly service", _HALF_MONTHLY, days=15, ahead=3),
        _plan("quarterly", "季度维保", "Quarterly service", _QUARTERLY, months=3, ahead=7),
        _plan("half-yearly", "半年维保", "Half-yearly service", _HALF_YEARLY, months=6, ahead=14),
        _plan("yearly", "年度维保", "Yearly service", _YEARLY, months=12, ahead=30),
        _plan("daily", "日管控", "Daily check", _DAILY, days=1),
        _plan("weekly", "周排查", "Weekly review", _WEEKLY, days=7),
        _plan("monthly", "月调度", "Monthly review", _MONTHLY, months=1),
    ),
)
TEMPLATES: Final[Mapping[str, PlanTemplate]] = {template.id: template for template in (ELEVATOR,)}
