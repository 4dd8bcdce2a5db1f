"""What telephones send: actions with keys and times of their own, and one who sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from facility.clock import NS, Clock, SystemClock, iso


@dataclass
class Phone:
    """Somebody's telephone, its clock wrong by `wrong` s."""

    client: httpx.AsyncClient
    wrong: float = 0.0
    clock: Clock = field(default_factory=SystemClock)
    last: dict[str, str] = field(default_factory=dict)
    """Order → the key of its last action."""

    def now(self, ago: float = 0.0) -> str:
        """By its own clock."""
        return iso(self.clock.now() + round((self.wrong - ago) * NS))

    def did(self, order: str, kind: str, ago: float = 0.0, **told: Any) -> dict[str, Any]:
        """One action, done `ago` s before now."""
        key = uuid4().hex
        after = {"after": self.last[order]} if order in self.last else {}
        self.last[order] = key
        return {"key": key, "order": order, "at": self.now(ago), "does": {"kind": kind, **told}} | after

    async def send(self, *actions: dict[str, Any], status: int = 200) -> list[dict[str, Any]]:
        """Deliver them; what became of each."""
        body = {"sent_at": self.now(), "actions": actions}
        answer = await self.client.post("/api/v1/order-actions", json=body)
        assert answer.status_code == status, answer.text
        found: list[dict[str, Any]] = answer.json()["items"] if status == 200 else [answer.json()]
        return found


def outcomes(found: list[dict[str, Any]]) -> list[str]:
    return [each["outcome"] for each in found]


SIGNATURE = {"name": "王女士", "width": 300, "height": 120, "strokes": [[10, 10, 20, 25, 40, 12], [50, 50]]}
PART = {"kind": "material", "name": "角阀", "quantity": "2", "unit": "个", "price": "18.50"}
