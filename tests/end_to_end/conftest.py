"""One running estate for all end-to-end tests, and its logs beside every failure."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from tests.end_to_end.estate import Estate
from tests.end_to_end.listening import Listening


@pytest.fixture(scope="session")
def _running() -> Iterator[Estate]:
    with Estate() as estate:
        yield estate


@pytest.fixture
def estate(_running: Estate, request: pytest.FixtureRequest) -> Estate:
    """Cloud, building and edge: on line; a test mends what it broke."""
    request.node.stash[ESTATE] = _running
    return _running


@pytest.fixture
def stream(estate: Estate) -> Iterator[Listening]:
    """The SSE stream, from now on."""
    with Listening(estate.url, estate.token()) as listening:
        yield listening


ESTATE: pytest.StashKey[Estate] = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and ESTATE in item.stash:
        report.sections.append(("logs of the estate", item.stash[ESTATE].logs()))
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever comes first also waits for the estate's start: a minute on a busy machine."""
    for item in items:
        if "estate" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(300))
