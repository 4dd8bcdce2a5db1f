"""The kept connection of a site with more lines than `select` knows descriptors."""

import gzip
import os
import resource
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from edge.endpoint import Endpoint
from edge.historian.post import Post
from tests.edge.fake_end import FakeEnd, Reply

BEYOND = 1_100


@pytest.fixture
def many_open() -> Iterator[int]:
    """So many descriptors are open that the next ones are beyond 1,023."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * BEYOND:
        pytest.skip(f"this system allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * BEYOND), hard))
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(BEYOND)]
        for one in opened:
            stack.callback(os.close, one)
        yield max(opened)


def test_a_second_batch_goes_over_the_same_line_whatever_its_number(many_open: int) -> None:
    with FakeEnd(lambda _: Reply()) as end:
        post = Post(Endpoint("historian", end.url), "/write?db=b")
        answers = [post.send(gzip.compress(b"a b=1 1\n"), {"Content-Encoding": "gzip"}) for _ in range(3)]
        post.close()
    assert many_open > 1_023
    assert [a.status for a in answers] == [204, 204, 204]
    assert (len(end.requests), post.connections) == (3, 1)


def test_a_line_that_the_end_closed_is_replaced(many_open: int) -> None:
    with FakeEnd(lambda _: Reply(headers={"Connection": "close"})) as end:
        post = Post(Endpoint("historian", end.url), "/write?db=b")
        answers = [post.send(gzip.compress(b"a b=1 1\n"), {"Content-Encoding": "gzip"}) for _ in range(2)]
        post.close()
    assert many_open > 1_023
    assert [a.status for a in answers] == [204, 204]
    assert post.connections == 2
