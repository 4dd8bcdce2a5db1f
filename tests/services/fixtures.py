"""The fixtures of the real servers, for every test: loaded by tests/conftest.py."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.services.chromium import Chromium, find_chromium
from tests.services.influx import Influx
from tests.services.mosquitto import Mosquitto, Security
from tests.services.opcua import Plant
from tests.services.postgres import Postgres
from tests.services.server import MissingError, Server
from tests.services.victoria import Victoria

Shared = TypeVar("Shared", bound=Server)
_shared: list[Server] = []
PATIENT_MS = 60_000
"""What has to come may take so long on a busy machine: a browser's start, a condition on a page."""


@contextmanager
def required() -> Iterator[None]:
    """A missing program skips the test, and fails it under REQUIRE_SERVICES=1."""
    try:
        yield
    except MissingError as error:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(f"{error}, and REQUIRE_SERVICES=1 asks for it")
        pytest.skip(str(error))


def _share(kind: type[Shared]) -> Shared:
    with required():
        server = kind()
    _shared.append(server)
    return server.start()


@pytest.fixture(scope="session", autouse=True)
def _servers_removed() -> Iterator[None]:
    """Last of all, every server that the session shared is ended and its folder deleted."""
    yield
    while _shared:
        _shared.pop().remove()


@pytest.fixture(autouse=True)
def _servers_alive() -> None:
    """A shared server that a test before has killed runs again, on its port."""
    for server in _shared:
        if not server.alive:
            server.start()


@pytest.fixture(scope="session")
def mosquitto() -> Mosquitto:
    """A plain MQTT broker, shared by the session: use topics of your own."""
    return _share(Mosquitto)


@pytest.fixture
def mosquitto_with() -> Iterator[Callable[[Security], Mosquitto]]:
    """Makes brokers of one's own: TLS, passwords, access list, client certificates."""
    made: list[Mosquitto] = []

    def make(security: Security) -> Mosquitto:
        with required():
            made.append(Mosquitto(security))
        return made[-1].start()

    yield make
    for server in made:
        server.remove()


@pytest.fixture(scope="session")
def _shared_plant() -> Iterator[Plant]:
    """Built once: that takes longer than everything else an OPC UA test does."""
    server = Plant()
    yield server
    server.remove()


@pytest.fixture
def plant(_shared_plant: Plant) -> Iterator[Plant]:
    """An OPC UA server without security, freshly started with its first values."""
    _shared_plant.start()
    yield _shared_plant
    _shared_plant.kill()


@pytest.fixture(scope="session")
def influx() -> Influx:
    """An InfluxDB 1.6, shared by the session: use a database of your own."""
    return _share(Influx)


@pytest.fixture(scope="session")
def victoria() -> Victoria:
    """A VictoriaMetrics, shared by the session: use measurement names or a `site` tag of your own."""
    return _share(Victoria)


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """A PostgreSQL, shared by the session; `postgres.database()` is a database of your own."""
    return _share(Postgres)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A `postgresql+asyncpg` URL of an empty database, dropped after the test."""
    url = postgres.database()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def chromium() -> Chromium:
    """Debian's Chromium for Playwright."""
    with required():
        return find_chromium()


@pytest.fixture(scope="module")
def browser(chromium: Chromium) -> Iterator[Browser]:
    """One browser a module: as long as Playwright runs, no test of another folder can have an event loop."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=chromium.path, args=list(chromium.arguments), chromium_sandbox=False, timeout=PATIENT_MS
        )
        expect.set_options(timeout=PATIENT_MS)
        yield found
        found.close()
