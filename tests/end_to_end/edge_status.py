"""What a running edge says of itself, asked at the door that its data folder names."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class NotRunning(LookupError):
    """Nobody answers at the door, or there is none."""


def ask_status(folder: Path) -> Any:
    """The status of the edge with this data folder."""
    try:
        door = json.loads((folder / "status.json").read_text(encoding="utf-8"))
        connection = http.client.HTTPConnection("127.0.0.1", door["port"], timeout=30)
        connection.request("GET", "/status", headers={"Authorization": f"Bearer {door['token']}"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotRunning(f"{folder}: {error}") from error
    assert answer.status == 200, body
    return json.loads(body, object_hook=lambda found: SimpleNamespace(**found))


def ends(status: Any) -> dict[str, str]:
    """End → why it takes nothing now; empty where all is well."""
    return dict(vars(status.ends))
