"""What in a status a person must see to, in words, the serious ones first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from facility.gateway_status import LaneStatus, Status, Trouble

NEARLY_FULL: Final = 0.8
"""A lane of alarms and events this full is serious: soon it would have to drop its oldest."""
ALARM_LANES: Final = ("life", "event")


def with_troubles(status: Status) -> Status:
    """The same status with its troubles."""
    found = [*_lanes(status), *_ends(status), *_lines(status), *_clock(status), *_settings(status)]
    return status.model_copy(update={"troubles": tuple(sorted(found, key=lambda t: not t.serious))})


def _lanes(status: Status) -> Iterator[Trouble]:
    for lane in status.lanes:
        share = lane.bytes / lane.quota if lane.quota else 0.0
        if lane.lane in ALARM_LANES:
            yield from _alarm_lane(lane, share)
        elif lane.lane == "dead" and lane.records:
            yield Trouble(
                zh=f"{lane.records} 条记录被拒收，原因见 gatehouse edge spool list site.yaml dead",
                en=f"{lane.records} records were refused for good: see why with"
                " gatehouse edge spool list site.yaml dead",
                serious=False,
            )
        elif lane.dropped and lane.lane == "telemetry":
            yield Trouble(
                zh=f"遥测通道曾满：已丢弃最旧的 {lane.dropped} 条记录，缺口已记录；请恢复历史库或加大磁盘",
                en=f"the telemetry lane was full: its oldest {lane.dropped} records are gone, each gap is recorded;"
                " bring the historian back or give the spool more room",
                serious=share >= NEARLY_FULL,
            )


def _alarm_lane(lane: LaneStatus, share: float) -> Iterator[Trouble]:
    name = {"life": "生命安全", "event": "事件"}[lane.lane]
    if share >= NEARLY_FULL:
        yield Trouble(
            zh=f"{name}通道已用 {share:.0%}：再满将丢弃最旧的报警，请立即恢复与云端的连接",
            en=f"the {lane.lane} lane is {share:.0%} full: soon its oldest alarms are dropped;"
            " bring the connection to the cloud back now",
            serious=True,
        )
    if lane.dropped:
        yield Trouble(
            zh=f"{name}通道曾满：已丢弃最旧的 {lane.dropped} 条，缺口已记录",
            en=f"the {lane.lane} lane was full: its oldest {lane.dropped} records are gone, each gap is recorded",
            serious=share >= NEARLY_FULL,
        )


def _ends(status: Status) -> Iterator[Trouble]:
    for end, why in status.ends.items():
        if why:
            yield Trouble(zh=f"{end} 不接收：{why}", en=f"{end}: {why}", serious=False)


def _lines(status: Status) -> Iterator[Trouble]:
    for line in status.lines:
        if line.state == "lost":
            yield Trouble(zh=f"线路 {line.line} 中断：{line.why}", en=f"line {line.line}: {line.why}", serious=False)
        elif line.lost_units:
            units = ", ".join(line.lost_units)
            yield Trouble(
                zh=f"线路 {line.line} 上无应答的站号：{units}",
                en=f"line {line.line}: no answer from {units}",
                serious=False,
            )


def _clock(status: Status) -> Iterator[Trouble]:
    if status.clock != "trusted":
        yield Trouble(
            zh=f"时钟不可信（{status.clock}）：记录已标记，请检查对时",
            en=f"the clock is not trusted ({status.clock}): records are marked; look after time synchronisation",
            serious=False,
        )


def _settings(status: Status) -> Iterator[Trouble]:
    if status.settings_wrong:
        yield Trouble(
            zh=f"settings.yaml 有误，现按上次正确的设置（版本 {status.settings}）运行，请改正后重启："
            f"{status.settings_wrong}",
            en=f"settings.yaml is wrong, the last good settings (version {status.settings}) are in force; put it right"
            f" and start anew: {status.settings_wrong}",
            serious=False,
        )
