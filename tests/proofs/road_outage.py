"""The cloud is away for 60 s, by SIGTERM and by SIGKILL: nothing is lost, nothing doubled, polling goes on."""

from __future__ import annotations

import signal
from collections.abc import Iterator

from tests.end_to_end.delivered import events_missing
from tests.end_to_end.estate import Estate
from tests.end_to_end.outage import alarms_missing, away, caught_up, longest_gap, samples_missing, short_faults
from tests.measure import Figure, measure

SECONDS = 60.0
FAULTS = 32


@measure(area="road")
def outage() -> Iterator[Figure]:
    """Both ways to end it, on the same estate."""
    with Estate() as estate:
        caught_up(estate)
        for how in (signal.SIGTERM, signal.SIGKILL):
            yield from one(estate, how)


def one(estate: Estate, how: signal.Signals) -> Iterator[Figure]:
    """The figures of one outage."""
    seen = away(estate, SECONDS, how, short_faults(estate, FAULTS))
    caught_up(estate)
    name, said = f"outage by {how.name}", f"cloud away for {seen.seconds:.0f} s, started again on its data and port"
    yield Figure.at_least(f"{name}: samples stored meanwhile", len(seen.stored), "samples", 1_000, said)
    for what, missing in (
        ("events lost or doubled", events_missing(estate)),
        ("alarms lost or doubled", alarms_missing(estate, seen)),
        ("samples lost or doubled", samples_missing(estate, seen)),
        ("units not polled within 3 s", seen.unpolled()),
    ):
        told = f"{said}; {len(seen.shorts)} faults raised and cleared in it" + "".join(f"; {m}" for m in missing[:3])
        yield Figure.exactly(f"{name}: {what}", len(missing), "", 0, told)
    worst, gap = longest_gap(seen)
    yield Figure.at_most(f"{name}: longest gap of a unit of 1 s", gap, "s", 2.0, f"{worst}; {said}")
