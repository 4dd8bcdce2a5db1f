import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve

import edge.live
from edge.backoff import Backoff
from edge.endpoint import Endpoint
from edge.instructions import Inbox, Outcome
from edge.live import SUPERSEDED_LONGEST, LiveLink
from edge.spool import Spool
from facility.clock import ManualClock
from facility.event import Lane
from facility.instruction import Instruction
from facility.live import SUPERSEDED, UP, Down, Hello, Presence, Values
from tests.edge.building import equipment, inventory, point
from tests.edge.fake_cloud import FakeCloud
from tests.edge.fake_end import Reply
from tests.edge.test_instructions import instruction
from tests.edge.until import until

SITE = inventory(equipment("pump-1", [point("flow")]))
CLOCK = ManualClock()


class Cloud:
    """The other side of the live link."""

    def __init__(self) -> None:
        self.frames: list[Hello | Presence | Values] = []
        self.paths: list[str] = []
        self.tokens: list[str | None] = []
        self.sockets: list[ServerConnection] = []

    async def __call__(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.paths.append(socket.request.path)
        self.tokens.append(socket.request.headers.get("Authorization"))
        self.sockets.append(socket)
        async for text in socket:
            self.frames.append(UP.validate_json(text))

    def of(self, kind: type[Hello | Presence | Values]) -> int:
        return sum(isinstance(f, kind) for f in self.frames)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge.live, "EVERY", 0.02)
    monkeypatch.setattr(edge.live, "SOON", 0.01)
    monkeypatch.setattr(edge.live, "PRESENT", 0.1)


class Shown:
    """The newest values, given one frame at a time."""

    def __init__(self, values: list[Values]) -> None:
        self.values = values
        self.state_moved = asyncio.Event()
        self.asked: list[bool] = []

    def take(self, *, states: bool = False) -> Values | None:
        self.asked.append(states)
        self.state_moved.clear()
        return self.values.pop() if self.values else None

    def show_all(self) -> None:
        self.values.append(VALUES)


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[tuple[Spool, Inbox, list[int]]]:
    done: list[int] = []

    async def do(given: Instruction) -> Outcome:
        done.append(given.seq)
        return Outcome("done")

    async with Spool(tmp_path / "s.db", CLOCK, site="riverside", gateway="riverside-1") as spool:
        inbox = Inbox(spool, SITE, CLOCK, do)
        task = asyncio.create_task(inbox.run())
        yield spool, inbox, done
        task.cancel()


VALUES = Values(points=("pump-1.flow",), values=(None,), qualities=(2,), reasons=(1,), times=(CLOCK.wall,))


@asynccontextmanager
async def linked(
    parts: tuple[Spool, Inbox, list[int]], url: str, shown: Shown | None = None
) -> AsyncIterator[LiveLink]:
    live = LiveLink(
        Endpoint("cloud", url, lambda: "secret"),
        SITE,
        parts[0],
        parts[1],
        shown or Shown([]),
        CLOCK,
        version="1.2.3",
        backoff=Backoff(0.01, 0.05),
        fetch_every=0.02,
    )
    task = asyncio.create_task(live.run())
    yield live
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 60)


def port(server: Server) -> int:
    return int(next(iter(server.sockets)).getsockname()[1])


async def test_hello_presence_values_up_and_instructions_down(inbox: tuple[Spool, Inbox, list[int]]) -> None:
    cloud = Cloud()
    async with serve(cloud, "127.0.0.1", 0) as server, linked(inbox, f"http://127.0.0.1:{port(server)}"):
        await until(lambda: cloud.of(Presence) >= 2 and cloud.of(Values) == 1)
        assert cloud.frames[0] == Hello(inventory=SITE.revision, version="1.2.3", after=0)
        assert VALUES in cloud.frames
        assert cloud.paths == ["/api/v1/gateways/riverside-1/live"]
        assert cloud.tokens == ["Bearer secret"]
        await cloud.sockets[0].send("no frame")
        await cloud.sockets[0].send(Down(instruction=instruction(1)).model_dump_json())
        await until(lambda: inbox[2] == [1])


async def test_a_state_that_changed_goes_ahead_of_the_rest_which_still_goes_in_time(
    inbox: tuple[Spool, Inbox, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge.live, "EVERY", 0.3)
    cloud, shown = Cloud(), Shown([])
    async with serve(cloud, "127.0.0.1", 0) as server, linked(inbox, f"http://127.0.0.1:{port(server)}", shown):
        await until(lambda: cloud.of(Values) == 1)
        shown.asked.clear()

        def two_of_all() -> bool:
            shown.state_moved.set()
            return shown.asked.count(False) >= 2

        await until(two_of_all)
    assert shown.asked.count(True) > shown.asked.count(False)


async def test_a_cut_link_comes_back_and_says_where_it_stands(inbox: tuple[Spool, Inbox, list[int]]) -> None:
    cloud = Cloud()
    async with serve(cloud, "127.0.0.1", 0) as server, linked(inbox, f"http://127.0.0.1:{port(server)}") as live:
        await until(lambda: cloud.of(Presence) >= 1)
        await cloud.sockets[0].send(Down(instruction=instruction(7)).model_dump_json())
        await until(lambda: inbox[2] == [7])
        await until(lambda: inbox[0].waiting()[Lane.EVENT].high == 1)
        cloud.sockets[0].transport.abort()
        await until(lambda: cloud.of(Hello) == 2)
        hello = [f for f in cloud.frames if isinstance(f, Hello)][1]
        assert hello.after == 7
        await until(lambda: live.link.why is None)


async def test_a_gateway_whose_place_another_took_stays_away_and_says_so(
    inbox: tuple[Spool, Inbox, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float | None] = []
    next_ = Backoff.next

    def noted(self: Backoff, at_least: float | None = None) -> float:
        if self.longest < SUPERSEDED_LONGEST:
            waits.append(at_least)
            return 0.01
        return next_(self)

    monkeypatch.setattr(Backoff, "next", noted)
    cloud = Cloud()
    async with serve(cloud, "127.0.0.1", 0) as server, linked(inbox, f"http://127.0.0.1:{port(server)}") as live:
        for n in range(1, 7):
            await until(lambda n=n: cloud.of(Hello) == n)  # type: ignore[misc]
            await cloud.sockets[-1].close(SUPERSEDED)
            await until(lambda n=n: len(waits) == n)  # type: ignore[misc]
            if n == 1:
                assert live.link.why is not None
                assert "another gateway" in live.link.why
    assert all(w is not None and w >= 30.0 for w in waits)
    assert max(w or 0.0 for w in waits) >= 300.0


async def test_instructions_come_by_http_while_the_socket_is_refused(inbox: tuple[Spool, Inbox, list[int]]) -> None:
    with FakeCloud() as cloud:
        cloud.instructions = [instruction(n).model_dump_json() for n in (1, 2)]
        cloud.before = lambda r: None if "instructions" in r.path else edge_refuses()
        async with linked(inbox, cloud.url) as live:
            await until(lambda: inbox[2] == [1, 2])
            assert live.link.why is not None
            await until(lambda: any("after=2" in r.path for r in cloud.requests))
    assert json.loads(cloud.instructions[0])["seq"] == 1


def edge_refuses() -> Reply:
    return Reply(404, "no such thing")


async def test_nobody_there_is_said_once_and_the_end_is_quick(
    inbox: tuple[Spool, Inbox, list[int]], caplog: pytest.LogCaptureFixture
) -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    free = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    tries = 0

    def token() -> str:
        nonlocal tries
        tries += 1
        return "secret"

    async with linked(inbox, f"http://127.0.0.1:{free}") as live:
        live.endpoint = Endpoint("cloud", live.endpoint.url, token)
        await until(lambda: tries > 6)
        loop = asyncio.get_running_loop()
        began = loop.time()
    assert loop.time() - began < 2.0
    assert sum("live link" in r.message and r.levelname == "WARNING" for r in caplog.records) == 1
