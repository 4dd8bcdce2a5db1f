"""The door to a running agent: a file in its data folder says where and with which token it is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from facility.errors import GatehouseError
from facility.gateway_status import Status
from facility.words import Frozen

FILE: Final = "status.json"
HOST: Final = "127.0.0.1"
TIMEOUT: Final = 5.0


class Door(Frozen):
    """Where a running agent is asked: only who can read this file may."""

    port: int
    pid: int
    token: str

    @property
    def page(self) -> str:
        """The address of the page for people."""
        return f"http://{HOST}:{self.port}/?token={self.token}"


class NotRunning(GatehouseError):
    """No agent runs with this data folder."""


def read_door(folder: Path) -> Door | None:
    """The door of the agent that runs, or ran until it was killed, with a data folder."""
    try:
        return Door.model_validate_json((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def ask_status(folder: Path) -> Status:
    """The status of the agent that runs with a data folder; NotRunning where there is none."""
    import http.client

    try:
        door = Door.model_validate_json((folder / FILE).read_text(encoding="utf-8"))
        connection = http.client.HTTPConnection(HOST, door.port, timeout=TIMEOUT)
        try:
            connection.request("GET", "/status", headers={"Authorization": f"Bearer {door.token}"})
            answer = connection.getresponse()
            body: Any = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise NotRunning(f"port {door.port} answered {answer.status}: is it still the agent of {folder}?")
        return Status.model_validate(body)
    except FileNotFoundError:
        raise NotRunning(f"no agent runs with the data folder {folder}: start one with `gatehouse edge run`") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotRunning(f"the agent of {folder} does not answer ({error}); it may have been killed") from error
