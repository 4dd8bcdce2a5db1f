"""One running estate for all end-to-end tests, and its logs beside every failure."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.estate import Estate
from tests.end_to_end.listening import Listening


@pytest.fixture(scope="session")
def _running(request: pytest.FixtureRequest) -> Iterator[Estate]:
    with Estate() as estate:
        request.session.stash[ESTATE] = estate
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


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The building stops with its last test: it would take a fifth of a core from all that follow."""
    if nextitem is not None and nextitem.path.parent != Path(__file__).parent and ESTATE in item.session.stash:
        item.session.stash[ESTATE].stop()
        del item.session.stash[ESTATE]


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
            item.add_marker(pytest.mark.timeout(600))
