"""Waits for a condition with a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


async def until(found: Callable[[], Awaitable[T]], seconds: float = 60.0) -> T:
    """The first true answer of `found`."""
    async with asyncio.timeout(seconds):
        while not (answer := await found()):
            await asyncio.sleep(0.01)
        return answer


async def items(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    """The items of a list of the API."""
    answer = await client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found
