"""Fire at the simulator until two kinds of channel have it, and until nobody's silence is told to the next post."""

from __future__ import annotations

import time
from datetime import datetime

from tests.cloud.notification.bots import Bots, answering_beside
from tests.end_to_end.estate import Estate
from tests.end_to_end.told import GROUP, HOOK, about, two_kinds
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure

ROUNDS = 5
ADDRESSES = ("l1d001", "l1d002", "l1d003", "l1d004", "l1d005")


@measure(area="notification")
def fire_is_told() -> list[Figure]:
    """Five fires, one address after the other; the last one is left alone for two minutes."""
    with Estate() as estate, answering_beside() as bots:
        two_kinds(estate, bots)
        handed = [_fire(estate, bots, address) for address in ADDRESSES]
        late = _escalations(estate, ADDRESSES[-1])
    how = f"{ROUNDS} fires at the simulator's panel; the message arrives at a robot's and a webhook's stand-in"
    chain = "the delivery's time against the alarm's; levels are due after 60 and 120 s"
    return [
        Figure.at_most("fire to two kinds of channel, worst", max(handed), "s", 5, how),
        Figure.at_most("next in the chain, later than its second, worst", max(late), "s", 1, chain),
        Figure.at_least("levels that were told", len(late), "", 2, chain),
    ]


def _fire(estate: Estate, bots: Bots, address: str) -> float:
    begun = time.monotonic()
    estate.inject("fire-panel", "smoke", address=address)
    until(lambda: all(about(bots, path, address, "报警") for path in (GROUP, HOOK)), 60)
    both = [about(bots, path, address, "报警")[0] for path in (GROUP, HOOK)]
    return max(seen.at for seen in both) - begun


def _escalations(estate: Estate, address: str) -> list[float]:
    alarm = until(lambda: [a for a in estate.active("fire-panel", "fire") if a["instance"] == address])[0]

    def escalated() -> list[dict[str, str]]:
        found = [d for d in estate.items("notification/deliveries", alarm=alarm["id"]) if d["occasion"] == "escalated"]
        return found if len({d["created_at"] for d in found}) >= 2 else []

    times = sorted({_seconds(d["created_at"]) for d in until(escalated, 180)})
    raised = _seconds(alarm["received_at"] if "received_at" in alarm else alarm["raised_at"])
    return [at - raised - due for at, due in zip(times[:2], (60, 120), strict=True)]


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
