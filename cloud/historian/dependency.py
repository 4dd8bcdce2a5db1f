"""The Historian as endpoints ask for it: `app.state.historian`."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from cloud.historian.base import Historian


def _historian(connection: HTTPConnection) -> Historian:
    return cast("Historian", connection.app.state.historian)


TheHistorian = Annotated[Historian, Depends(_historian)]
