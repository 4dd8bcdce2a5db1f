"""The life of a work order as one state machine: what may be done in which state, and what it becomes. No I/O.

Each function changes the row in memory and gives the steps for its history; Refused changes nothing. `now` is when it
is written down; what a worker did may have been so before, at `at`. A device's order is restored by its own points,
normal for the hold time, at the first moment of that run, or by a supervisor, marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cloud.service_levels.facts import Step
from cloud.work_orders.row import OrderRow
from facility.alarm import OrderClass
from facility.clock import NS, iso
from facility.errors import GatehouseError
from facility.work_order import Arrived, OrderState, PauseReason, Proof

S = OrderState
WAITING: Final = frozenset({S.REPORTED, S.REOPENED})
"""Nobody has it yet."""
UNDER_WAY: Final = frozenset({S.REPORTED, S.REOPENED, S.DISPATCHED, S.ACCEPTED, S.ON_SITE})
REPAIRED: Final = frozenset({S.RESTORED, S.VERIFIED})
Said = tuple[Step, ...]
_AWAY: Final = {"gateway": "网关", "line": "线路"}
_STATES: Final = {
    S.REPORTED: "尚未派单",
    S.REOPENED: "已重开、尚未派单",
    S.DISPATCHED: "已派单、尚未接单",
    S.ACCEPTED: "已接单、尚未到场",
    S.ON_SITE: "已到场、尚未修复",
    S.RESTORED: "已修复",
    S.VERIFIED: "已验收",
    S.CLOSED: "已消单",
    S.PAUSED: "已暂停",
    S.CANCELLED: "已撤单",
}
"""As a Chinese sentence says it."""


class Refused(GatehouseError):
    """This can't be done in this state; `zh` and `en` say why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Device:
    """What the equipment itself says at the moment of the question."""

    asked: bool
    """There is a device whose points say whether it is well: the order came of its alarm."""
    normal_at: int | None
    """All is normal since then."""
    away: str = ""
    """Why it can't be heard: its gateway, its line."""


def _only(row: OrderRow, states: frozenset[OrderState], zh: str, en: str) -> None:
    if S(row.state) not in states:
        raise Refused(f"工单{_STATES[S(row.state)]},{zh}", f"the order is {row.state}: {en}")


def report(row: OrderRow, by: str, now: int) -> Said:
    """报修 / 开单: the first step of every order."""
    return (Step("reported", row.reported_at, now, by, row.order_class),)


def still_with(row: OrderRow, assignee: str | None) -> None:
    """Refused where it was given away meanwhile: of two desks that dispatch at once the second one hears of it."""
    if row.assignee != assignee:
        has = row.assignee or row.owner
        raise Refused(f"工单刚刚改由 {has} 负责,请看过再派", f"{has} has got it meanwhile: look, then give it again")


def dispatch(row: OrderRow, to: str, by: str, now: int, note: str = "") -> Said:
    """派单, or 转派 to somebody else, who must accept it anew."""
    _only(row, UNDER_WAY, "不能派单", "it can be given to nobody now")
    if row.assignee == to and S(row.state) not in WAITING:
        raise Refused(f"已派给 {to}", f"{to} has it already")
    row.state, row.assignee, row.owner = S.DISPATCHED.value, to, to
    row.dispatched_at = row.dispatched_at if row.dispatched_at is not None else now
    row.claimed_at = row.claimed_by = None
    return (Step("dispatched", now, now, by, to, note),)


def _mine(row: OrderRow, by: str) -> None:
    if row.assignee != by:
        zh, en = f"此工单派给 {row.assignee}", f"this order is {row.assignee}'s: have it dispatched to you first"
        raise Refused(zh, en)


def accept(row: OrderRow, by: str, now: int, at: int | None = None) -> Said:
    """接单: the respond clock stops."""
    at = now if at is None else at
    _only(row, frozenset({S.DISPATCHED}), "不能接单", "only a dispatched one can be accepted")
    _mine(row, by)
    row.state = S.ACCEPTED.value
    row.accepted_at = row.accepted_at if row.accepted_at is not None else at
    return (Step("accepted", at, now, by),)


def decline(row: OrderRow, by: str, reason: str, owner: str, now: int, at: int | None = None) -> Said:
    """退单: back to the post that answers for it; there is always an owner (首接责任制)."""
    _only(row, frozenset({S.DISPATCHED, S.ACCEPTED}), "不能退单", "it can't be given back now")
    _mine(row, by)
    row.state, row.assignee, row.owner = S.REPORTED.value, None, owner
    return (Step("declined", now if at is None else at, now, by, reason),)


@dataclass(frozen=True, slots=True)
class Shown:
    """What shows that somebody is there: a reader's event, or the code on the spot."""

    by: Arrived
    at: int
    where: str


def arrive(row: OrderRow, by: str, now: int, shown: Shown | None, at: int | None = None) -> Said:
    """到场: at the time of what shows it, else as the person says, and marked."""
    _only(row, frozenset({S.ACCEPTED}), "不能到场", "accept it first; a paused one is resumed first")
    _mine(row, by)
    said = Shown(Arrived.SELF, now if at is None else at, "") if shown is None else shown
    row.state = S.ON_SITE.value
    if row.arrived_at is None:
        row.arrived_at, row.arrival = said.at, said.by.value
    return (Step("arrived", said.at, now, by, said.by.value, said.where),)


def claim(row: OrderRow, by: str, note: str, device: Device, hold: int, now: int, at: int | None = None) -> Said:
    """修复: granted at once where the points were normal for `hold` ns or no device can say it; else it waits for them.

    Refused while the device says otherwise or can't be heard.
    """
    _only(row, frozenset({S.ON_SITE}), "不能报修复", "only who is on site restores it")
    _mine(row, by)
    if device.asked and device.away:
        kind, _, name = device.away.partition(" ")
        raise Refused(
            f"设备无法证明({_AWAY.get(kind, kind)} {name} 离线):请主管写明原因验收",
            f"the device can't be heard ({device.away}): a supervisor may accept it with a reason",
        )
    if device.asked and device.normal_at is None:
        raise Refused("设备仍在报警,未恢复正常", "the device still shows the fault: it is not repaired")
    at = now if at is None else at
    said = (Step("claimed", at, now, by, "", note),)
    row.claimed_at, row.claimed_by = at, by
    return (*said, *grant(row, device, hold, now))


def grant(row: OrderRow, device: Device, hold: int, now: int) -> Said:
    """What was claimed is so, once the device was normal for `hold` ns; nothing while it has not been."""
    if row.claimed_at is None or row.claimed_by is None or row.state != S.ON_SITE:
        return ()
    if not device.asked:
        return _restored(row, row.claimed_by, row.claimed_at, Proof.PERSON, "", now)
    if device.away or device.normal_at is None or now - device.normal_at < hold:
        return ()
    return _restored(row, row.claimed_by, device.normal_at, Proof.DEVICE, "", now)


def lapse(row: OrderRow, now: int) -> Said:
    """The fault shows again before the hold time was over: what was claimed is void."""
    if row.claimed_at is None or row.state in REPAIRED or row.state == S.CLOSED:
        return ()
    row.claimed_at = row.claimed_by = None
    return (Step("claim_lapsed", now, now),)


def accept_unproved(row: OrderRow, by: str, reason: str, device: Device, now: int) -> Said:
    """A supervisor takes the repair for done, with a reason; it stays marked 'not proved by device'."""
    _only(row, frozenset({S.ON_SITE}), "不能验收", "it must be on site first")
    if row.assignee == by:
        raise Refused("不能验收自己的维修", "nobody accepts their own repair: another supervisor does")
    if device.asked and not device.away and device.normal_at is not None:
        raise Refused("设备已恢复,请等待保持时间", "the device is normal: its own proof counts, wait for the hold time")
    at = row.claimed_at if row.claimed_at is not None else now
    return _restored(row, row.assignee or by, at, Proof.SUPERVISOR, reason, now, said_by=by)


def _restored(row: OrderRow, who: str, at: int, proof: Proof, why: str, now: int, said_by: str = "") -> Said:
    row.state, row.restored_at, row.proof, row.repaired_by = S.RESTORED.value, at, proof.value, who
    row.claimed_at = row.claimed_by = None
    return (Step("restored", at, now, said_by or who, proof.value, why),)


def verify(row: OrderRow, by: str, note: str, now: int) -> Said:
    """验收: by somebody else than who repaired it."""
    _only(row, frozenset({S.RESTORED}), "不能验收", "only a restored one is verified")
    if row.repaired_by == by:
        raise Refused("不能验收自己的维修", "nobody verifies their own repair")
    row.state, row.verified_at = S.VERIFIED.value, now
    return (Step("verified", now, now, by, "", note),)


def refuse_work(row: OrderRow, by: str, reason: str, now: int) -> Said:
    """返工: it was not well repaired. The same round goes on, as if it had never been restored."""
    _only(row, REPAIRED, "不能返工", "only a repair that is not closed can be refused")
    row.state = S.REOPENED.value
    row.restored_at = row.verified_at = row.called_back_at = row.proof = row.repaired_by = None
    return (Step("work_refused", now, now, by, reason),)


def call_back(row: OrderRow, by: str, *, reached: bool, satisfied: bool | None, opinion: str, now: int) -> Said:
    """回访: a record beside the order; nobody reached leaves the clock running."""
    _only(row, REPAIRED | {S.CLOSED}, "尚未修复,无需回访", "there is nothing to call about before the repair")
    if not reached:
        return (Step("not_reached", now, now, by, "", opinion),)
    if row.called_back_at is None:
        row.called_back_at = now
    told = "" if satisfied is None else "satisfied" if satisfied else "dissatisfied"
    return (Step("called_back", now, now, by, told, opinion),)


def close(row: OrderRow, by: str, how: str, note: str, now: int) -> Said:
    """消单: confirmed on site, or by a telephone call-back that reached somebody (S4 L20)."""
    _only(row, frozenset({S.VERIFIED}), "不能消单", "only a verified one is closed")
    if how == "telephone" and row.called_back_at is None:
        raise Refused("尚未回访,不能电话消单", "record the call-back first")
    row.state, row.open, row.closed_at = S.CLOSED.value, False, now
    return (Step("closed", now, now, by, how, note),)


def pause(row: OrderRow, by: str, reason: PauseReason, note: str, now: int, at: int | None = None) -> Said:
    """暂停: only with a stated reason; the clocks stand still."""
    _only(row, UNDER_WAY, "不能暂停", "only what is under way is paused")
    if not note.strip():
        raise Refused("请写明暂停原因", "a pause says why: fill in the note")
    row.paused_from, row.state = row.state, S.PAUSED.value
    row.claimed_at = row.claimed_by = None
    return (Step("paused", now if at is None else at, now, by, reason.value, note),)


def resume(row: OrderRow, by: str, now: int, at: int | None = None) -> Said:
    """It goes on where it was."""
    _only(row, frozenset({S.PAUSED}), "未暂停", "it is not paused")
    row.state, row.paused_from = row.paused_from or S.REPORTED.value, None
    return (Step("resumed", now if at is None else at, now, by),)


def cancel(row: OrderRow, by: str, reason: str, now: int) -> Said:
    """撤单: a duplicate, no fault; never after the repair."""
    _only(row, UNDER_WAY | {S.PAUSED}, "不能撤单", "a repaired one is closed, not cancelled")
    row.state, row.open, row.closed_at, row.paused_from = S.CANCELLED.value, False, now, None
    row.claimed_at = row.claimed_by = None
    return (Step("cancelled", now, now, by, reason),)


def groundless(row: OrderRow, by: str, why: str, now: int) -> Said:
    """What it was opened for is not so: cancelled, or told to who works on it already; nothing once it is repaired."""
    if S(row.state) in WAITING | {S.DISPATCHED} or (row.state == S.PAUSED and row.assignee is None):
        return cancel(row, by, why, now)
    if S(row.state) in UNDER_WAY | {S.PAUSED}:
        return (Step("noted", now, now, by, "", why),)
    return ()


def change_class(row: OrderRow, by: str, to: OrderClass, reason: str, now: int) -> Said:
    """Another promise from now on; the clocks keep what they have."""
    _only(row, UNDER_WAY | {S.PAUSED}, "不能改级别", "its class is settled once it is repaired")
    if row.order_class == to:
        raise Refused("级别未变", "it is of this class already")
    row.order_class = to.value
    return (Step("class_changed", now, now, by, to.value, reason),)


def recurs(row: OrderRow, days: int, now: int) -> bool:
    """Whether the same fault now is this order's again."""
    if row.state in REPAIRED:
        return True
    return row.state == S.CLOSED and row.closed_at is not None and now - row.closed_at <= days * 86_400 * NS


def recur(row: OrderRow, owner: str, now: int) -> Said:
    """再次报修: the same fault again. A new round with clocks of its own; the one before keeps its figures."""
    _only(row, REPAIRED | {S.CLOSED}, "不能重开", "it has not been repaired yet")
    before = f"{row.state} {iso(row.restored_at)}" if row.restored_at is not None else row.state
    row.state, row.open, row.round = S.REOPENED.value, True, row.round + 1
    row.assignee, row.owner = None, owner
    row.dispatched_at = row.accepted_at = row.arrived_at = row.restored_at = row.verified_at = row.closed_at = None
    row.device_normal_at = row.called_back_at = row.claimed_at = None
    row.arrival = row.proof = row.repaired_by = row.claimed_by = None
    return (Step("recurred", now, now, "", before),)
