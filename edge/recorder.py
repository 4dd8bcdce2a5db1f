"""Events to the disk in the order in which they came about, together with the state that they change; life first."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from facility.event import Draft, Event, Lane

TOGETHER: Final = 200
"""Events of one transaction: a life-safety event waits for one such at most, however many are queued before it."""


class AcceptsEvents(Protocol):
    """The spool, as seen from here."""

    async def accept(
        self, drafts: Sequence[Draft], inventory: str, state: Mapping[str, bytes] | None = None
    ) -> list[Event]:
        """Write events and state in one transaction; returns when they are on disk. SpoolError where they can't be."""


@dataclass(slots=True)
class _Put:
    """What was put at once: done when the last of its parts is on disk."""

    done: asyncio.Future[None]
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """What must go to the disk in one transaction."""

    put: _Put
    drafts: Sequence[Draft]
    state: Mapping[str, bytes]


class Recorder:
    """Two queues and one writer: life safety overtakes the others, within each order holds.

    An alarm's event and its state stay together. When the disk refuses, `run` raises SpoolError, which ends the
    agent: what it believed is then read anew.
    """

    def __init__(self, spool: AcceptsEvents, inventory: str) -> None:
        self.inventory = inventory
        self._spool = spool
        self._life: deque[_Part] = deque()
        self._rest: deque[_Part] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, drafts: Sequence[Draft], state: Mapping[str, bytes]) -> asyncio.Future[None] | None:
        """Queue them; the future is done when they are on disk, None where there is nothing to write."""
        if not drafts and not state:
            return None
        put = _Put(asyncio.get_running_loop().create_future())
        for queue, part in self._parted(put, drafts, state):
            put.left += 1
            queue.append(part)
        self._idle.clear()
        self._wake.set()
        return put.done

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._life or self._rest:
                await self._flush(self._next())
            self._idle.set()

    async def drain(self) -> None:
        """Return when everything put so far is on disk."""
        await self._idle.wait()

    def _parted(
        self, put: _Put, drafts: Sequence[Draft], state: Mapping[str, bytes]
    ) -> Iterator[tuple[deque[_Part], _Part]]:
        """Life safety, then the rest in pieces; what is told of an alarm goes with the alarm's own state."""
        life = [d for d in drafts if d.lane is Lane.LIFE]
        rest = [d for d in drafts if d.lane is not Lane.LIFE] if life else drafts
        others = dict(state)
        if life:
            yield self._life, _Part(put, life, _taken(others, life))
        if len(rest) > TOGETHER and max(Counter(map(_key, rest)).values()) == 1:
            for begin in range(0, len(rest) - TOGETHER, TOGETHER):
                some = rest[begin : begin + TOGETHER]
                yield self._rest, _Part(put, some, _taken(others, some))
            rest = rest[-(len(rest) % TOGETHER or TOGETHER) :]
        if rest or others:
            yield self._rest, _Part(put, rest, others)

    def _next(self) -> list[_Part]:
        """All of life safety; else as much of the rest as goes together."""
        queue = self._life or self._rest
        found, many = [queue.popleft()], 0
        many = len(found[0].drafts)
        while queue and (queue is self._life or many + len(queue[0].drafts) <= TOGETHER):
            many += len(queue[0].drafts)
            found.append(queue.popleft())
        return found

    async def _flush(self, parts: Sequence[_Part]) -> None:
        drafts = [d for part in parts for d in part.drafts]
        state = {key: value for part in parts for key, value in part.state.items()}
        try:
            await self._spool.accept(drafts, self.inventory, state)
        except BaseException as error:
            for part in (*parts, *self._life, *self._rest):
                if not part.put.done.done():
                    part.put.done.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
                    part.put.done.exception()
            raise
        for part in parts:
            part.put.left -= 1
            if not part.put.left and not part.put.done.done():
                part.put.done.set_result(None)


_STATE: Final = ("alarm", "answer")
"""What is kept of an alarm: how it is detected, and how people answered it."""


def _key(draft: Draft) -> str:
    """The key of the state of the alarm that a draft is of."""
    return f"alarm/{_name(draft)}" if hasattr(draft.data, "rule") else f"{draft.data.type}/{id(draft)}"


def _name(draft: Draft) -> str:
    return ".".join(p for p in (draft.equipment, draft.instance, getattr(draft.data, "rule", "")) if p)


def _taken(state: dict[str, bytes], drafts: Sequence[Draft]) -> dict[str, bytes]:
    """The state that belongs to some drafts, taken out."""
    names = [_name(d) for d in drafts if hasattr(d.data, "rule")]
    return {key: state.pop(key) for name in names for what in _STATE if (key := f"{what}/{name}") in state}
