"""The words and limits of the figures, side by side: what each is, how it is reckoned, when it wants attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from facility.condition.pump import SOURCE
from facility.words import Text


@dataclass(frozen=True, slots=True)
class Kind:
    """One figure."""

    id: str
    name: Text
    unit: str
    decimals: int
    rule: Text
    source: str = ""
    limit: float | None = None


HIGHER: Final = 1.15
"""A pump that takes so many times the energy of before for its water is worn, or something throttles it."""
UNEQUAL: Final = 1.20
LEAST_STARTS: Final = 10.0
"""Fewer starts in a week say nothing of balance."""
MORE_AT_NIGHT: Final = 1.5
LEAST_FLOW: Final = 0.1
"""m3/h; what a meter shows of nothing."""
ENOUGH: Final = 5
"""Days or nights before, which a comparison needs."""

SPECIFIC_ENERGY: Final = Kind(
    "specific_energy",
    Text(zh="单位水量电耗", en="Energy for each m³"),
    "kW.h/m3", 3,
    Text(
        zh="电度表增量 ÷ 流量积分,只计两者均已知的时间;近7天比之前高15%以上需关注",
        en=(
            "Rise of the energy register over the integral of the flow, only while both are known; the last 7 "
            "days more than 15 % above those before want attention"
        ),
    ),
)  # fmt: skip
EFFICIENCY: Final = Kind(
    "efficiency",
    Text(zh="泵组总效率", en="Efficiency, wire to water"),
    "%", 1,
    Text(
        zh="水力功率 ρ·g·Q·H ÷ 输入电功率,运行且流量、压力、功率均已知时积分;低于30%需关注(良好泵组60%–75%,低负荷时低)",
        en=(
            "ρ·g·Q·H over the power from the wire, integrated while it runs and flow, pressures and power are "
            "known; below 30 % wants attention (good sets reach 60 to 75 %, less at low load)"
        ),
    ),
    limit=30.0,
)  # fmt: skip
STARTS: Final = Kind(
    "starts_per_hour",
    Text(zh="每小时启动次数", en="Starts in an hour"),
    "1", 0,
    Text(
        zh="任意60分钟内最多启动次数,与电机允许值比较;仅适用于铭牌注明直接启动的电机,变频泵不适用",
        en=(
            "The most starts within any 60 minutes against what the motor stands; for direct on line only "
            "(rated: direct_on_line: 1), not behind a converter"
        ),
    ),
    SOURCE,
)  # fmt: skip
BALANCE: Final = Kind(
    "balance",
    Text(zh="主备均衡", en="Balance of the set"),
    "%", 0,
    Text(
        zh="同组设备近7天启动次数最多者比最少者高20%以上需关注;百分数为本机占全组运行时间的份额",
        en=(
            "Of a set, the one with the most starts in 7 days more than 20 % above the one with the fewest "
            "wants attention; the figure is this one's share of the set's running time"
        ),
    ),
)  # fmt: skip
RUN_HOURS: Final = Kind(
    "run_hours",
    Text(zh="运行时间", en="Running time"),
    "h", 1,
    Text(
        zh="运行状态为“运行”的时间之和;数据中断为未知,不计为运行,也不计为停止",
        en="The time in which it was seen running; a gap in the data is unknown, neither running nor standing still",
    ),
)  # fmt: skip
NIGHT_FLOW: Final = Kind(
    "night_flow",
    Text(zh="夜间流量", en="Flow at night"),
    "m3/h", 2,
    Text(
        zh="02:00–04:00平均流量;昨夜高于之前各夜中位数1.5倍需关注(疑似漏水)",
        en=(
            "The mean flow from 02:00 to 04:00; the last night above 1.5 times the median of the nights "
            "before wants attention (a leak?)"
        ),
    ),
)  # fmt: skip
AVAILABILITY: Final = Kind(
    "availability",
    Text(zh="可用率", en="Availability"),
    "%", 2,
    Text(
        zh="1 − 停用时间 ÷ 已知时间;检修不计为停用,另列;低于99%需关注",
        en=(
            "1 − time out of service over the time that is known; inspection is not counted and told beside "
            "it; below 99 % wants attention"
        ),
    ),
    limit=99.0,
)  # fmt: skip
OUT_OF_SERVICE: Final = Kind(
    "out_of_service",
    Text(zh="停用时间", en="Out of service"),
    "min", 0,
    Text(zh="停用状态的时间之和", en="The time in which it was seen out of service, or in fault"),
)  # fmt: skip
MTBF: Final = Kind(
    "mtbf",
    Text(zh="平均无故障时间", en="Mean time between failures"),
    "h", 0,
    Text(zh="已知的非停用时间 ÷ 停用次数", en="Known time in service over how often it went out of service"),
)  # fmt: skip
MTTR: Final = Kind(
    "mttr",
    Text(zh="平均修复时间", en="Mean time to repair"),
    "h", 1,
    Text(zh="停用时间 ÷ 停用次数", en="The time out of service over how often it went out of service"),
)  # fmt: skip
TRIPS: Final = Kind(
    "trips",
    Text(zh="运行次数", en="Trips"),
    "1", 0,
    Text(zh="运行次数计数器的增量", en="The rise of the counter of trips"),
)  # fmt: skip
REVERSALS: Final = Kind(
    "reversals",
    Text(zh="每千次开关门反复开门", en="Door reversals in 1,000 cycles"),
    "1", 1,
    Text(
        zh="反复开门次数 ÷ 开关门次数 × 1000;高于50需关注(地坎异物、光幕、门机)",
        en="Reversals over door cycles, times 1,000; above 50 wants attention (sill, light curtain, door drive)",
    ),
    limit=50.0,
)  # fmt: skip
