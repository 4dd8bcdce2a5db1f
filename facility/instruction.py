"""Instructions: the one thing that comes down to a gateway; done once, answered, never done after they expire."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from facility.words import Frozen


class AlarmReset(Frozen):
    """Unlatch an alarm whose condition is gone; refused while it still holds."""

    kind: Literal["alarm.reset"] = "alarm.reset"
    rule: str


class AlarmConfirmed(Frozen):
    """People verified the alarm (核实)."""

    kind: Literal["alarm.confirmed"] = "alarm.confirmed"
    rule: str
    outcome: Literal["real", "false", "test", "drill", "unknown"]


class AlarmAcknowledged(Frozen):
    """People acknowledged the alarm (接警) in the cloud: the local duty page sounds no more for it. `at`: UTC ns."""

    kind: Literal["alarm.acknowledged"] = "alarm.acknowledged"
    rule: str
    at: int
    by: str


class OutOfService(Frozen):
    """Take a rule out of service until a time, or (until None) put it back."""

    kind: Literal["out_of_service"] = "out_of_service"
    rule: str
    until: int | None


class TestMode(Frozen):
    """Mark what an equipment raises until a time as a test, or end it."""

    kind: Literal["test_mode"] = "test_mode"
    until: int | None


class Drill(Frozen):
    """A fire drill of a zone, or its end. It waits for the drill's own fire alarms, or begins at once."""

    kind: Literal["drill"] = "drill"
    zone: str
    on: bool
    at_once: bool = False
    """The effects are awaited from now on: the linkage is started by hand, without a fire alarm."""


class FreePassage(Frozen):
    """Moving mode (搬家模式): a door may stand open until a time, 12 h ahead at most, or (until None) no longer."""

    kind: Literal["free_passage"] = "free_passage"
    until: int | None


class Settings(Frozen):
    """A new settings overlay, as YAML text; validated whole, applied without restart, last good kept."""

    kind: Literal["settings"] = "settings"
    version: int
    overlay: str


InstructionArguments = Annotated[
    AlarmReset | AlarmConfirmed | AlarmAcknowledged | OutOfService | TestMode | Drill | FreePassage | Settings,
    Field(discriminator="kind"),
]


class Instruction(Frozen):
    """`seq` orders a gateway's instructions; `target` is an equipment id, its instance after a dot, or empty."""

    id: UUID
    seq: int = Field(ge=1)
    site: str
    gateway: str
    target: str = ""
    arguments: InstructionArguments
    by: str
    reason: str
    at: int
    expires: int

    @property
    def kind(self) -> str:
        """`alarm.reset` and the like."""
        return self.arguments.kind


class Instructions(Frozen):
    """The answer of `GET /api/v1/gateways/{id}/instructions?after=`."""

    items: tuple[Instruction, ...]
