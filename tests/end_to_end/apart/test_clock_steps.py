"""The clock of a running edge is set back, and it starts in 1970: nothing stands still, and all of it is told."""

from __future__ import annotations

import pytest

from tests.end_to_end.clock_steps import SOME, walked
from tests.services.fixtures import required


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_whatever_is_done_to_the_clock_nothing_stands_still_and_all_of_it_is_told() -> None:
    with required():
        walk = walked(SOME, 3.0)
    assert {name: wrong for name, wrong in walk.wrong().items() if wrong} == {}
    assert {name: c.words for name, c in walk.counts.items() if c.words and name != "samples"} == {}
