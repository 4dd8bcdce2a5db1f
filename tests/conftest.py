"""What every test may ask for, and how several processes share the tests."""

import signal

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

pytest_plugins = ("tests.services.fixtures",)

ESTATES = "tests/end_to_end"
"""Whole buildings run here: one process takes the folder, so that one building is enough, and takes it first."""
APART = f"{ESTATES}/apart"
"""These have a building of their own for each file, so that other processes may take them."""


class _Rooms(LoadFileScheduling):  # type: ignore[misc]
    """A file stays in one process, and so does the folder of the whole buildings."""

    def _split_scope(self, nodeid: str) -> str:
        shared = nodeid.startswith(ESTATES) and not nodeid.startswith(APART)
        return ESTATES if shared else str(super()._split_scope(nodeid))


def pytest_configure() -> None:
    """A terminated run ends like an interrupted one: the servers that it started are removed. Examples have no
    deadline: on a shared machine it would measure the neighbours.
    """
    settings.register_profile("gatehouse", deadline=None)
    settings.load_profile("gatehouse")
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _Rooms:
    """How `--numprocesses` deals the tests out."""
    return _Rooms(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest rooms begin first, the shared building before all; everything else keeps its order."""
    items.sort(key=lambda item: (not item.nodeid.startswith(ESTATES), item.nodeid.startswith(APART)))
