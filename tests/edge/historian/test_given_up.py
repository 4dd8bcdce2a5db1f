"""What a failed try had read is given up with it: an outage of days takes no more memory than one of a second."""

import asyncio
import contextlib
import gc
import weakref
from collections.abc import Callable, Iterator

import pytest

from edge.backoff import Backoff
from edge.delivery import Answer, Away, Link, keep_delivering
from edge.historian.call_thread import CallThread
from facility.clock import SystemClock


class Batch:
    """Something large that a try holds."""


@pytest.fixture(autouse=True)
def _no_search_for_garbage() -> Iterator[None]:
    """A settled agent makes so few objects that it hardly ever searches."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("kind", [Away, RuntimeError, OSError])
async def test_a_failed_call_keeps_nothing_of_what_it_sent(kind: Callable[[str], Exception]) -> None:
    thread, batch = CallThread("test"), Batch()
    left = weakref.ref(batch)

    def send(one: Batch) -> Answer:
        raise kind(f"nobody answers {type(one).__name__}")

    async def tried(one: Batch) -> str:
        try:
            await thread.call(lambda: send(one))
        except (Away, RuntimeError, OSError) as error:
            return str(error)
        return ""

    said = await tried(batch)
    del batch
    await asyncio.wait_for(thread.call(lambda: Answer(204, "")), 60)
    thread.stop()
    assert "nobody answers" in said
    assert left() is None


async def test_between_two_tries_nothing_of_the_failed_one_is_kept() -> None:
    thread, read = CallThread("test"), list[weakref.ref[Batch]]()
    tried = asyncio.Event()

    async def deliver() -> None:
        batch = Batch()
        read.append(weakref.ref(batch))
        await thread.call(lambda: refused(batch))

    def refused(one: Batch) -> Answer:
        raise Away(f"no answer to {type(one).__name__}")

    async def lost() -> None:
        tried.set()

    link = Link("historian", SystemClock())
    task = asyncio.create_task(keep_delivering(link, deliver, Backoff(first=60.0), lost))
    await asyncio.wait_for(tried.wait(), 60)
    await asyncio.wait_for(thread.call(lambda: Answer(204, "")), 60)
    kept = [one() for one in read]
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    thread.stop()
    assert (kept, link.why) == ([None], "no answer to Batch")


async def test_a_call_that_nobody_waits_for_any_more_is_settled_in_peace() -> None:
    thread, said = CallThread("test"), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: said.append(context))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(thread.call(lambda: _slow(Answer(204, ""))), 0.01)
    again = await asyncio.wait_for(thread.call(lambda: Answer(200, "later")), 60)
    thread.stop()
    assert (again.text, said) == ("later", [])


def _slow(answer: Answer) -> Answer:
    gc.collect()
    gc.collect()
    return answer
