from pathlib import Path

from tests.proofs.delivery_killed_historian import kill_after_answers
from tests.services.victoria import Victoria


async def test_what_victoria_metrics_lost_after_its_answer_is_there_again(victoria: Victoria, tmp_path: Path) -> None:
    held = await kill_after_answers(victoria, "killed_once", 1, tmp_path)
    assert held.sent > 0
    assert held.missing == 0
    assert held.deliveries > held.sent, "nothing was sent again"
