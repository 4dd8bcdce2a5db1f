from __future__ import annotations

from collections import Counter
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.patrol.verdicts import Word
from tests.edge.patrol.tours import play


def test_the_verdicts_of_many_tours_are_those_of_the_oracle() -> None:
    words: Counter[str] = Counter()
    for seed in range(250):
        played = play(seed)
        assert not played.differences, f"tour {seed}: {played.differences}"
        words.update(played.words)
    assert set(get_args(Word)) - {"unknown_tag"} == set(words), "every verdict but that of no tour came about"


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0, max_value=2**48))
def test_the_verdicts_of_any_tour_are_those_of_the_oracle(seed: int) -> None:
    assert not play(seed).differences
