"""Profiles: what is promised, as data; two ship, a site's own contract is one more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Final, Literal

from pydantic import Field

from cloud.wire import Asked
from facility.alarm import OrderClass
from facility.words import Id, LocalTime, Text
from facility.work_order import ClockName, Side


class Within(Asked):
    """So long after the report, pauses not counted, in the hours of the site's calendar where `working`."""

    kind: Literal["within"] = "within"
    seconds: int = Field(gt=0, le=366 * 86_400)
    working: bool = False


class Overnight(Asked):
    """小修不过夜: before local midnight; what is reported late, by a time of the next day."""

    kind: Literal["overnight"] = "overnight"
    late: LocalTime = time(20)
    by: LocalTime = time(12)


class Share(Asked):
    """Done at all, whenever: judged over a month only."""

    kind: Literal["share"] = "share"


Target = Annotated[Within | Overnight | Share, Field(discriminator="kind")]


class Promise(Asked):
    """One line of a contract. `share` of the cases must keep it."""

    id: Id
    name: Text
    clock: ClockName
    classes: tuple[OrderClass, ...] = ()
    """Empty: all."""
    sides: tuple[Side, ...] = ()
    """Empty: customers' and devices'; upkeep by plan only where it is named."""
    faults: tuple[Id, ...] = ()
    """Empty: all."""
    target: Target
    share: float = Field(default=1.0, gt=0, le=1)
    source: str = Field(default="", max_length=200)
    """Where it is written."""

    def holds_for(self, order_class: OrderClass, side: Side, fault: str | None = None) -> bool:
        """Whether it speaks of such an order."""
        of_side = side in self.sides if self.sides else side is not Side.PLAN
        return (
            of_side and (not self.classes or order_class in self.classes) and (not self.faults or fault in self.faults)
        )


class Profile(Asked):
    """All that is promised."""

    id: Id
    name: Text
    promises: tuple[Promise, ...] = Field(max_length=100)


def _promise(id: str, zh: str, en: str, clock: str, target: object, source: str, **more: object) -> Promise:
    told = {"id": id, "name": {"zh": zh, "en": en}, "clock": clock, "target": target, "source": source}
    return Promise.model_validate(told | more)


def _within(seconds: int) -> object:
    return {"kind": "within", "seconds": seconds}


_PROMISED: Final = "物业服务承诺第六条 · Estate service promise, article 6"
LIFT_RULES: Final = "TSG T5002 电梯维护保养规则(转引) · TSG T5002, rules of lift upkeep (at second hand)"
_GRADE: Final = "住宅小区物业管理公共服务等级标准三级 · Public service standard for housing estates, grade three"

ESTATE: Final = Profile(
    id="estate",
    name=Text(zh="物业服务承诺", en="Estate promise"),
    promises=(
        _promise("on_site", "报修后25分钟内到场", "On site within 25 min", "arrive", _within(1_500), _PROMISED),
        _promise(
            "ordinary", "一般维修8小时内完成", "Ordinary repair within 8 h", "restore", _within(28_800), _PROMISED,
            classes=["ordinary"],
        ),
        _promise(
            "hard", "较难维修72小时内完成", "Hard repair within 72 h", "restore", _within(259_200), _PROMISED,
            classes=["hard"],
        ),
        _promise(
            "small", "小修不过夜", "Small repairs never overnight", "restore", {"kind": "overnight"}, _PROMISED,
            classes=["small"],
        ),
        _promise(
            "opinion", "维修后征求意见", "Opinion asked after repair", "call_back", {"kind": "share"}, _PROMISED,
            sides=["customer"],
        ),
    ),
)  # fmt: skip
GRADE_THREE: Final = Profile(
    id="grade_three",
    name=Text(zh="住宅小区物业管理公共服务等级标准三级", en="Public service standard, grade three"),
    promises=(
        _promise(
            "urgent", "急修1小时内到场", "Urgent: on site within 1 h", "arrive", _within(3_600), _GRADE,
            classes=["urgent"],
        ),
        _promise(
            "call_back", "报修回访率≥70%", "Call-back of 70 % of repair requests", "call_back", {"kind": "share"},
            _GRADE, sides=["customer"], share=0.7,
        ),
    ),
)  # fmt: skip
SHIPPED: Final[Mapping[str, Profile]] = {profile.id: profile for profile in (ESTATE, GRADE_THREE)}
