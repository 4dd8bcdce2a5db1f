"""The stand-in for the services that carry messages, and a cloud that may post to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from cloud.database.opening import database_of
from cloud.settings import Settings
from facility.clock import ManualClock
from tests.cloud.notification.bots import Bots, answering
from tests.cloud.notification.telling import Telling


@pytest.fixture
async def bots() -> AsyncIterator[Bots]:
    async with answering() as found:
        yield found


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"targets": ("127.0.0.1",)})


@pytest.fixture
async def telling(settings: Settings, bots: Bots) -> AsyncIterator[Telling]:
    async with database_of(settings.database_url) as database:
        yield Telling(database, bots, ManualClock())
