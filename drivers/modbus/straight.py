"""A poll that goes straight: block after block by callbacks, without a task; what is unusual goes on as a coroutine."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from drivers.base import Answer, Answered
from drivers.modbus.connection import Connection
from drivers.modbus.learned import AskUnit
from drivers.modbus.link import Link
from drivers.modbus.moment import Moment, moment
from drivers.modbus.pdu import Ask, data, through
from drivers.modbus.reading import Poll
from drivers.modbus.transport.mbap import Answered as Came
from drivers.modbus.transport.mbap import Mbap
from drivers.modbus.transport.wire import Lost, Silent
from drivers.modbus.turns import Turns
from facility.batch import Batch
from facility.clock import Clock
from facility.errors import DeviceError

Rest: TypeAlias = Coroutine[Any, Any, Batch]


class StraightRoad:
    """Starts such polls on one line, where its wire is open and tells answers apart by their numbers."""

    def __init__(
        self,
        connection: Connection,
        link: Link,
        turns: Turns,
        clock: Clock,
        ask: AskUnit,
        silent: Callable[[Ask], None],
    ) -> None:
        self._swift = not connection.pause_between
        self._timeout = connection.timeout
        self._link = link
        self._turns = turns
        self._clock = clock
        self._ask = ask
        self._silent = silent
        self._moment: Moment | None = None
        self.heard = link.answered
        """An answer came, whatever it says."""
        self.leave = turns.give
        """The line is free for the next."""

    def start(self, poll: Poll, answered: Answered) -> bool:
        """Begin when it is the poll's turn; False where it can't go straight now."""
        if not self._swift or not isinstance(self._link.now, Mbap) or not poll.plain(self._clock):
            return False
        straight = Straight(self, poll, answered)
        if self._turns.try_take():
            straight.send()
        else:
            self._turns.enter(straight.send)
        return True

    def send(self, asked: Ask, came: Came) -> None:
        """Send one request; `came` is told what became of it. Raises Lost if there is no wire."""
        wire = self._link.now
        if not isinstance(wire, Mbap):
            raise Lost("the connection was closed")
        wire.request(asked.unit, asked.pdu, self._timeout, came)

    def unheard(self, why: DeviceError) -> None:
        """No answer came."""
        if isinstance(why, Silent):
            self._link.unanswered()

    def batch(self, poll: Poll, data: bytes) -> Batch | Answer:
        """What the answers say."""
        if self._moment is None:
            self._moment = moment()
        return poll.plain_batch(data, self._moment.now(self._clock))

    async def read_on(self, poll: Poll, answers: dict[Ask, bytes], asked: Ask, came: bytes | DeviceError) -> Batch:
        """The poll from here on, with what came already."""
        if isinstance(came, Silent):
            self._silent(asked)
        ask = Remembered(self._ask, answers, asked, came)
        buffer, failed = await poll.read(ask, self._clock.monotonic())
        return poll.batch(buffer, failed, self._clock.now())


class Straight:
    """One poll on its way. It holds its line's turn until its last answer is there."""

    __slots__ = ("_answered", "_asked", "_at", "_data", "_poll", "_road")

    def __init__(self, road: StraightRoad, poll: Poll, answered: Answered) -> None:
        self._road = road
        self._poll = poll
        self._answered = answered
        self._asked = poll.asked
        self._at = 0
        self._data: list[bytes] = []

    def send(self) -> bool:
        """Ask for the next block; its turn is taken."""
        try:
            self._road.send(self._asked[self._at], self._came)
        except Lost as error:
            self._came(error)
        return True

    def _came(self, came: bytes | DeviceError) -> None:
        asked = self._asked[self._at]
        if not isinstance(came, bytes):
            self._road.unheard(came)
            self._end(came)
            return
        self._road.heard()
        if len(came) != asked.size + 2 or not came.startswith(asked.head):
            self._end(came)
        elif len(self._asked) == 1:
            self._done(came[2:])
        else:
            self._data.append(came[2:])
            self._at += 1
            if self._at < len(self._asked):
                self.send()
            else:
                self._done(b"".join(self._data))

    def _done(self, data: bytes) -> None:
        self._road.leave()
        try:
            found = self._road.batch(self._poll, data)
        except Exception as error:  # noqa: BLE001 - told where `read` would have raised it
            self._answered(_failing(error))
        else:
            self._answered(found)

    def _end(self, unusual: bytes | DeviceError) -> None:
        self._road.leave()
        got = dict(zip(self._asked, self._data, strict=False))
        self._answered(self._road.read_on(self._poll, got, self._asked[self._at], unusual))


async def _failing(error: Exception) -> Batch:
    raise error


class Remembered:
    """Asks a unit, but knows already what came of some requests; where the connection was lost it asks again."""

    def __init__(self, ask: AskUnit, answers: dict[Ask, bytes], asked: Ask, came: bytes | DeviceError) -> None:
        self._ask = ask
        self._answers = answers
        self._asked: Ask | None = asked
        self._came = came

    async def __call__(self, asked: Ask) -> bytes:
        if asked in self._answers:
            return self._answers.pop(asked)
        if asked == self._asked and not isinstance(self._came, Lost):
            self._asked = None
            if isinstance(self._came, bytes):
                return data(asked, through(asked.unit, self._came))
            raise self._came
        return await self._ask(asked)
