"""A tenth of `tests/proofs/delivery_bad_points.py`, and the time that a text of 10 MB may cost."""

import gzip
import time
from pathlib import Path

import pytest

from edge.historian.sift import sift
from facility.clock import NS
from tests.proofs.delivery_bad_points import BAD, NOW, POINTS, batch, embedded, fake, send

BATCHES = 100


@pytest.mark.slow
async def test_the_others_arrive_and_each_bad_one_is_told(tmp_path: Path) -> None:
    with fake() as (end, stored):
        sent = await send(BATCHES, end, stored, tmp_path)
    assert (sent.stored, sent.letters, sent.points, sent.left) == (BATCHES * (POINTS - 1), BATCHES, BATCHES, 0)


async def test_the_embedded_historian_holds_the_others_too(tmp_path: Path) -> None:
    with embedded() as (end, stored):
        sent = await send(20, end, stored, tmp_path)
    assert (sent.stored, sent.letters, sent.points, sent.left) == (20 * (POINTS - 1), 20, 20, 0)


def test_an_endless_text_does_not_hold_up_the_loop() -> None:
    body = gzip.decompress(batch(4))
    assert len(body) > 10_000_000
    assert BAD[4][0].startswith(b'v="xxx')
    began = time.thread_time()
    good, refused = sift(body, NOW + 7200 * NS)
    assert time.thread_time() - began < 1
    assert (len(good), refused[0][1]) == (POINTS - 1, "a text over 64 kB")
