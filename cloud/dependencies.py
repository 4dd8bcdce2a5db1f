"""What every endpoint may ask for: the store, the clock, the settings, the seal of secrets."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from cloud.database.base import Database
from cloud.sealing import Seal
from cloud.settings import Settings
from facility.clock import Clock


def _database(connection: HTTPConnection) -> Database:
    return cast("Database", connection.app.state.database)


def _clock(connection: HTTPConnection) -> Clock:
    return cast("Clock", connection.app.state.clock)


def _settings(connection: HTTPConnection) -> Settings:
    return cast("Settings", connection.app.state.settings)


def _seal(connection: HTTPConnection) -> Seal:
    return cast("Seal", connection.app.state.seal)


Store = Annotated[Database, Depends(_database)]
TheClock = Annotated[Clock, Depends(_clock)]
TheSettings = Annotated[Settings, Depends(_settings)]
TheSeal = Annotated[Seal, Depends(_seal)]
