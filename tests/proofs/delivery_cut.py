"""The connection is cut after the server's commit, for three of ten batches: each has its effect once."""

from __future__ import annotations

from collections.abc import Iterable

from tests.end_to_end.cut_often import cut_often
from tests.end_to_end.killing import figures
from tests.end_to_end.lone_cloud import LoneCloud
from tests.measure import Figure, measure

BATCHES = 10_000
GATEWAYS = 6
"""At the same time: one alone waits most of the time, for its disk or for the cloud."""


@measure(area="delivery")
async def cut_after_the_commit() -> Iterable[Figure]:
    """10,000 batches and more, 30 % cut."""
    with LoneCloud() as cloud:
        cut = await cut_often(cloud, BATCHES, 0.3, GATEWAYS)
    how = f"{GATEWAYS} gateways, {cut.posts:,} batches taken by the cloud, the answers of {cut.cuts:,} cut, sent again"
    return [
        Figure.at_least("cut after the commit: batches", cut.posts, "", BATCHES, how),
        Figure.at_least("cut after the commit: cuts", cut.cuts, "", 0.29 * cut.posts, how),
        *figures("cut after the commit", how, cut.counts),
    ]
