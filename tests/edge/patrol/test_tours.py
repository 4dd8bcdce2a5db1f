from __future__ import annotations

from collections import Counter
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.patrol.verdicts import Word
from tests.edge.patrol.tours import Player, play


def test_the_verdicts_of_many_tours_are_those_of_the_oracle() -> None:
    words: Counter[str] = Counter()
    for seed in range(250):
        played = play(seed)
        assert not played.differences, f"tour {seed}: {played.differences}"
        words.update(played.words)
    assert set(get_args(Word)) - {"unknown_tag"} == set(words), "every verdict but that of no tour came about"


def test_what_an_upload_right_after_a_start_takes_from_a_round_that_was_over_is_missed() -> None:
    tour = Player(334_935_504_222)
    played = tour.play()
    assert not played.differences
    assert played.words == Counter(missed=2, wrong_guard=2, early=1)
    assert tour.walk.patrol.missed() == set(), "a correction is no alarm"


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0, max_value=2**48))
def test_the_verdicts_of_any_tour_are_those_of_the_oracle(seed: int) -> None:
    assert not play(seed).differences
