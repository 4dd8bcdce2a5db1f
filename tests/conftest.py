"""What every test may ask for."""

import signal

import pytest

pytest_plugins = ("tests.services.fixtures",)


def pytest_configure() -> None:
    """A terminated run ends like an interrupted one: the servers that it started are removed."""
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))
