"""The stand-in for the services that carry messages, and a cloud that may post to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from cloud.settings import Settings
from tests.cloud.notification.bots import Bots, answering


@pytest.fixture
async def bots() -> AsyncIterator[Bots]:
    async with answering() as found:
        yield found


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"targets": ("127.0.0.1",)})
