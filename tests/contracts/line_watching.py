"""What tests of lines share: a Health and a Deliver that remember, waiting with a deadline, one point in one call."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from pydantic import BaseModel

from drivers.base import Bound, Deliver, Subscribes
from facility.batch import Batch, Note, Scalar
from facility.point import Kind, Point, Range, State
from facility.words import Text

SECONDS = 60.0
STATES = (State(value=0, code="off", zh="停", en="Off"), State(value=1, code="on", zh="开", en="On"))


class Told:
    """What a line said about itself."""

    def __init__(self) -> None:
        self.said: list[tuple[bool, str]] = []

    def line(self, *, up: bool, why: str = "") -> None:
        self.said.append((up, why))

    def unit(self, unit: int | str, *, up: bool, why: str = "") -> None:
        raise AssertionError(f"{unit} {up} {why}")

    @property
    def up(self) -> bool:
        """Whether the last word was good."""
        return bool(self.said) and self.said[-1][0]

    @property
    def down(self) -> bool:
        """Whether the last word was bad."""
        return bool(self.said) and not self.said[-1][0]


class Seen:
    """Everything that came."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    async def deliver(self, batch: Batch) -> None:
        self.batches.append(batch)

    def rows(self, index: int) -> list[tuple[float, int, int]]:
        """(value, quality, reason) of one point, in order."""
        return [
            (float(v), int(q), int(r))
            for b in self.batches
            for i, v, q, r in zip(b.point, b.value, b.quality, b.reason, strict=True)
            if i == index
        ]

    def last(self, index: int) -> tuple[float, int, int] | None:
        """The newest of one point."""
        rows = self.rows(index)
        return rows[-1] if rows else None

    def values(self, index: int) -> list[float]:
        """All values of one point."""
        return [v for v, _, _ in self.rows(index)]

    @property
    def notes(self) -> list[Note]:
        """All notes."""
        return [n for b in self.batches for n in b.notes]

    @property
    def facts(self) -> list[str | Mapping[str, Scalar]]:
        """What the notes say."""
        return [n.data for n in self.notes]


async def until(condition: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Wait for it; TimeoutError where it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def running(line: Any, deliver: Deliver) -> AsyncIterator[asyncio.Task[None]]:
    """A line that speaks by itself, entered and run; cancelled at the end, and what it died of comes out."""
    assert isinstance(line, Subscribes)
    async with line:  # type: ignore[attr-defined]
        task = asyncio.create_task(line.run(deliver))
        try:
            yield task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def bound(
    index: int,
    address: BaseModel,
    quirks: BaseModel,
    kind: Kind = Kind.MEASUREMENT,
    *,
    unit: int | str = 1,
    period: float = 0.1,
    writable: bool = False,
    valid: Range | None = None,
) -> Bound:
    """Point `e<index>.v`."""
    means = Point(
        id="v", kind=kind, name=Text(zh="值", en="V"), valid=valid, writable=writable,
        states=STATES if kind is Kind.STATE else (),
    )  # fmt: skip
    return Bound(
        index, f"e{index}.v", f"e{index}", "", unit, means, period, 3 * period, address, quirks, writable=writable
    )
