from pathlib import Path

import pytest

from tests.proofs.delivery_drain import drain


@pytest.mark.slow
async def test_a_backlog_is_drained_while_live_alarms_are_not_late(tmp_path: Path) -> None:
    found = await drain(120, tmp_path)
    assert found.rate >= 5
    assert found.late <= 2
    assert found.alarms > 10
    assert found.grown < 48 << 20
