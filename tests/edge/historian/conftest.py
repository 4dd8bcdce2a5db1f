"""A spool for the tests of the historian's sender."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.spool import Spool
from facility.event import Lane
from tests.edge.spool.drafts import INVENTORY, a_spool, draft


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    async with a_spool(tmp_path) as spool:
        await spool.accept([draft(0)], INVENTORY)
        await spool.delivered(Lane.EVENT, [1])
        yield spool
