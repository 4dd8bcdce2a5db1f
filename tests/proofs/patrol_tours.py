"""Twelve verdicts over many generated tours against an independent oracle; an upload of 4,000 old reads, twice."""

from __future__ import annotations

import time
from collections import Counter
from typing import Final, get_args

from edge.patrol.verdicts import Word
from tests.edge.patrol.test_patrol import old_reads
from tests.edge.patrol.tours import play
from tests.edge.patrol.walk import Walk, minute, route
from tests.measure import Figure, measure

TOURS: Final = 8_000


@measure(area="patrol")
def tours() -> list[Figure]:
    """Every tour by its seed; an unknown tag belongs to no tour and is counted by itself."""
    words: Counter[str] = Counter()
    wrong = 0
    for seed in range(TOURS):
        played = play(seed)
        wrong += len(played.differences)
        words.update(played.words)
    walk = Walk()
    walk.until(minute(2))
    words.update(walk.read_as("r1", "of nobody", "g1", reader_clock=walk.clock.wall))
    came = sum(1 for word in get_args(Word) if words[word])
    return [
        Figure.at_least("tours", TOURS, "", 5_000, "by seed"),
        Figure.exactly("verdicts that came about", came, "", 12, "an unknown tag is read once"),
        Figure.exactly("tours that differ from the oracle", wrong, "", 0, "tests/edge/patrol/oracle.py"),
    ]


@measure(area="patrol")
def upload() -> list[Figure]:
    """The second upload of the same reads tells nothing."""
    walk = Walk(route(starts=[f"{hour:02}:00" for hour in range(0, 24, 2)]))
    reads = old_reads(112)[:4_000]
    begun = time.perf_counter()
    first = walk.patrol.hear(reads)
    seconds = time.perf_counter() - begun
    again = walk.patrol.hear(reads)
    assert len(first.drafts) == 2 * len(reads), "each read and its verdict"
    return [
        Figure.at_most("4,000 old reads judged", seconds, "s", 5, "one upload, 1,334 rounds"),
        Figure.exactly("events of the same upload again", len(again.drafts), "", 0, "the same 4,000 reads"),
    ]
