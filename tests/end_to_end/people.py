"""People of the demo, each logged in with name and password, doing their steps over the API."""

from __future__ import annotations

from typing import Any, Self

import httpx

from tests.end_to_end.estate import Estate


class Person:
    """One of the demo's accounts; its name is its role."""

    def __init__(self, estate: Estate, role: str) -> None:
        self.name = role
        self._login = {key: estate.user(role)[key] for key in ("name", "password")}
        self._client = httpx.Client(
            base_url=f"{estate.url}/api/v1/", timeout=60, trust_env=False, headers={"origin": estate.url}
        )

    def __enter__(self) -> Self:
        answer = self._client.post("session", json=self._login)
        assert answer.is_success, answer.text
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def does(self, step: str, body: dict[str, Any] | None = None, status: int = 200, method: str = "POST") -> Any:
        """What the API answers; AssertionError with its words where it answers something else."""
        answer = self._client.request(method, step, json=body if body is not None else {})
        assert answer.status_code == status, f"{self.name}: {step}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def sees(self, path: str) -> Any:
        """What the API shows."""
        answer = self._client.get(path)
        assert answer.is_success, f"{self.name}: {path}: {answer.status_code} {answer.text}"
        return answer.json()
