"""Ten minutes of 2,000 points a second under a limit of 256 MB with an outage in them: memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.delivery_memory import flat
from tests.measure import Figure, measure


@measure(area="delivery")
def soak() -> Iterator[Figure]:
    """A third of the bench's half hour."""
    yield from flat(1 / 3)
