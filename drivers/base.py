"""What every protocol offers: small abilities, and the one way that samples come in.

A **line** is one socket, serial port, session or broker. A **unit** is one device on it. The edge asks a line
for what it can do (`isinstance(line, Reads)`), and a line does only that.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, TypeAlias, runtime_checkable
from typing import Protocol as _Protocol

from pydantic import BaseModel

from facility.batch import U4, Batch
from facility.clock import Clock
from facility.errors import Refused
from facility.point import Point, WriteLimits

Deliver: TypeAlias = Callable[[Batch], Awaitable[None]]
"""Hand a batch on; returns when it is accepted: its events on disk, its samples in the next group commit on disk."""


STEP_SLACK: Final = 1e-6
"""Of a step: what binary fractions may miss."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One point bound to its place on one line. `index` is its row in this run's point table."""

    index: int
    id: str
    equipment: str
    instance: str
    unit: int | str
    means: Point
    period: float
    stale_after: float
    address: BaseModel
    """The protocol's own Address, checked."""
    quirks: BaseModel
    """The protocol's own Quirks of the device model, checked."""
    writable: bool = False
    never_written: bool = False
    """Of a type that is only ever watched (a lift, a fire panel): no driver writes it, whatever the site says."""


@dataclass(frozen=True, slots=True)
class Request:
    """One planned exchange, for `edge plan` and `edge read`: what is asked, and how long the bus is busy."""

    unit: int | str
    what: str
    """`holding 0–99` or the like."""
    points: int
    bus_seconds: float = 0.0
    """Time on the wire at the line's baud rate; 0 where it does not matter."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The points of one unit that are polled together, prepared once. `body` is the driver's own."""

    unit: int | str
    points: tuple[int, ...]
    requests: tuple[Request, ...]
    body: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """One point read once by hand: what came over the wire and what it means."""

    id: str
    raw: str
    """Registers in hex, the JSON text, the OPC UA variant: as the device sent it."""
    value: float | str | None
    quality: int
    reason: int
    time: int


class Health(_Protocol):
    """Where a line says how it is; the edge turns it into events and bad quality."""

    def line(self, *, up: bool, why: str = "") -> None:
        """The whole line came or went."""

    def unit(self, unit: int | str, *, up: bool, why: str = "") -> None:
        """One unit came or went."""


class Line(AbstractAsyncContextManager["Line"], _Protocol):
    """One line. Built without touching the network; `async with` opens it and keeps it open, reconnecting by itself.

    Entering never fails because the far end is away: that is told to Health.
    """

    name: str


@runtime_checkable
class Reads(_Protocol):
    """A line that is asked."""

    def plan(self, points: Sequence[Bound]) -> Plan:
        """Prepare the polling of points of one unit; no I/O."""

    async def read(self, plan: Plan) -> Batch:
        """Ask once. Raises LineDown or UnitSilent; a point that the unit refuses comes back bad, with its reason."""

    async def probe(self, plan: Plan) -> None:
        """The smallest question to the unit, to learn whether it is back. Raises as `read` does."""


class Decodes(_Protocol):
    """What knows the meaning of answers of one shape."""

    def decode(self, answers: Sequence[Answer]) -> Batch:
        """One batch of all; of a point that is there twice the later answer comes later."""


class Answer(NamedTuple):
    """A whole answer that is not decoded yet: a hundred together cost little more than one."""

    form: Decodes
    points: U4
    """Whose samples it holds; the same array each time. Nobody writes into it."""
    data: bytes
    at: int
    """UTC ns when it came."""


Answered: TypeAlias = Callable[["Batch | Answer | Coroutine[Any, Any, Batch]"], None]
"""Told once how a poll went: its batch or its answer, or the rest of the work where something was unusual; it ends as
`read` does."""


@runtime_checkable
class Starts(_Protocol):
    """A line that is asked without a task for each poll: the wake-ups of a task cost more than the poll."""

    def start(self, plan: Plan, answered: Answered) -> bool:
        """Begin to ask; False, and nothing is begun, where something must be waited for first: then `read` it."""


@runtime_checkable
class Subscribes(_Protocol):
    """A line that speaks by itself."""

    async def run(self, deliver: Deliver) -> None:
        """Until cancelled: hand on what comes, reconnecting by itself; acknowledge to the far end after `deliver`."""


@runtime_checkable
class Resumes(_Protocol):
    """A line whose far end keeps what comes while we are away, and tells it afterwards."""

    @property
    def known_until(self) -> int:
        """UTC ns by the far end's clock: what came until then is accepted. 0 where that is not known."""

    def resume(self, time: int) -> None:
        """Before `run`: what was known by an earlier line, perhaps of an earlier run of the edge."""


@runtime_checkable
class Inspects(_Protocol):
    """A line that can read points once by hand, showing the raw bytes."""

    async def inspect(self, points: Sequence[Bound]) -> list[Reading]:
        """One Reading a point, in their order."""


@runtime_checkable
class Writes(_Protocol):
    """A line that can write."""

    async def write(self, point: Bound, value: float) -> float:
        """Write and read back; returns what stands there now. Refused where `permitted`, or the device, says no."""


def permitted(point: Bound, value: float) -> None:
    """The first thing of every `write`: Refused, before anything is sent, where type or site do not allow it."""
    means = point.means
    if point.never_written:
        raise Refused(f"{point.id} is only ever watched: {point.equipment} is of a type with writes: never")
    if not (point.writable and means.writable):
        raise Refused(f"{point.id} is not writable: its type or its site does not allow it")
    if not math.isfinite(value):
        raise Refused(f"{point.id}: {value} is no value")
    if means.states and value not in [s.value for s in means.states]:
        known = ", ".join(f"{s.value} {s.code}" for s in means.states)
        raise Refused(f"{point.id}: {value:g} is none of its states: {known}")
    limits = means.write or WriteLimits()
    for name, range_ in (("valid", means.valid), ("writing", limits.range)):
        low, high = (range_.low, range_.high) if range_ is not None else (None, None)
        if (low is not None and value < low) or (high is not None and value > high):
            raise Refused(f"{point.id}: {value:g} is beyond its {name} range {low} … {high}")
    if limits.step is not None:
        start = limits.range.low if limits.range is not None and limits.range.low is not None else 0.0
        steps = (value - start) / limits.step
        if abs(steps - round(steps)) > STEP_SLACK:
            near = start + round(steps) * limits.step
            raise Refused(f"{point.id}: {value:g} is no whole step of {limits.step:g} from {start:g}; nearest {near:g}")


@dataclass(frozen=True, slots=True)
class Node:
    """One thing that a browse found."""

    address: str
    name: str
    value: str
    kind: str


@runtime_checkable
class Browses(_Protocol):
    """A line that can be looked through."""

    async def browse(self, start: str, depth: int) -> list[Node]:
        """What is there below `start`."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A point that its line can never serve, though its address, quirks and connection are each right alone."""

    point: Bound
    where: Literal["unit", "address"]
    """What is to be changed: the unit in site.yaml, or the address in the model."""
    says: str


class FindMisfits(_Protocol):
    """How a protocol looks at all points of a line together, before anything is opened."""

    def __call__(self, connection: Any, points: Sequence[Bound], /) -> Iterable[Misfit]:
        """Everything that does not fit; no I/O."""


def no_misfits(_connection: Any, _points: Sequence[Bound], /) -> Iterable[Misfit]:
    """Of a protocol in which whatever is right alone is right together."""
    return ()


def no_bus(_connection: Any, /) -> bool:
    """Of a protocol whose every line is a network connection."""
    return False


class OpenLine(_Protocol):
    """How a protocol builds a line: cheap, and without connecting."""

    def __call__(self, name: str, connection: Any, points: Sequence[Bound], *, clock: Clock, health: Health) -> Line:
        """`connection` is the protocol's own Connection model; `points` is everything bound to this line."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """What drivers/<name>/__init__.py exports as PROTOCOL: three models at the door and the way to a line."""

    name: str
    connection: type[BaseModel]
    """Keys of an entry of `connections:` beside `protocol`; secrets are `SecretText`, files `BesideFile`."""
    address: type[BaseModel]
    """Keys of a model point's `address`."""
    quirks: type[BaseModel]
    """Keys of a model's `quirks`."""
    line: OpenLine
    misfits: FindMisfits = no_misfits
    asked: bool = False
    """Whether its lines are asked by the edge (Reads): only then a connection has a `tick` and a `longest_backoff`."""
    bus: Callable[[Any], bool] = no_bus
    """Whether units of a line of this connection share a slow wire, so that asking one oftener delays the others."""
    notes: Mapping[str, str] = field(default_factory=dict)
