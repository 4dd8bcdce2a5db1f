"""Two kinds of channel set up in a running estate, both ending at a stand-in for their services."""

from __future__ import annotations

from typing import Any

from tests.cloud.notification.bots import Bots, Seen
from tests.end_to_end.estate import Estate

SITE = "riverside"
GROUP, HOOK = "/group", "/hook"


def two_kinds(estate: Estate, bots: Bots) -> None:
    """A robot and a webhook, and a route over both."""
    setups: list[tuple[str, str, dict[str, Any]]] = [
        ("group", "wecom", {"key": "k", "url": bots.url + GROUP}),
        ("hook", "webhook", {"secret": "s" * 32, "url": bots.url + HOOK}),
    ]
    ids = [
        estate.post("notification/channels", {"site": SITE, "name": name, "kind": kind, "setup": setup})["id"]
        for name, kind, setup in setups
    ]
    estate.post("notification/routes", {"site": SITE, "name": "all", "channels": ids})


def about(bots: Bots, path: str, *words: str) -> list[Seen]:
    """The messages to a path that have all these words."""
    return [seen for seen in bots.at(path) if all(word in seen.body.decode() for word in words)]
