"""How one cloud is set up: where it keeps its things, where it listens, which names it answers to."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from pydantic import Field

from facility.words import Frozen

ACCESS_DAYS, ACCESS_DAYS_MOST = 180, 365
"""How long it is kept who went where, unless told, and at the longest."""


class Settings(Frozen):
    """Everything that differs from one installation to the next."""

    data: Path
    """The folder of the database file, the historian's files and the card keys."""
    database: str = ""
    """A URL for SQLAlchemy (`postgresql+asyncpg://…`); empty: SQLite in the data folder."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    hosts: tuple[str, ...] = ()
    """Further names that a browser may call us by (the name in the certificate, a proxy's name)."""
    https: bool = False
    """A proxy in front speaks https: cookies are Secure and HSTS is sent."""
    targets: tuple[str, ...] = ()
    """Hosts, addresses and networks inside our own walls that notifications may be posted to."""
    photos: Path | None = None
    """The folder of the orders' photos, the same for all replicas; None: in the data folder."""
    secrets_key: Path | None = None
    """The file with the key of the channels' secrets, the same for all replicas; None: in the data folder."""
    access_days: int = Field(default=ACCESS_DAYS, ge=1, le=ACCESS_DAYS_MOST)
    """How long it is kept who went through which door."""
    dashboards: Path | None = None
    """The folder of the built pages; None: the API alone."""

    @property
    def database_url(self) -> str:
        """The URL to open."""
        return self.database or f"sqlite:///{self.data / 'cloud.sqlite'}"

    @property
    def photos_folder(self) -> Path:
        """Where they lie; nothing of it is ever served as a file."""
        return self.photos or self.data / "photos"

    @property
    def secrets_file(self) -> Path:
        """With what the channels' secrets are sealed."""
        return self.secrets_key or self.data / "secrets.key"

    @property
    def pages_url(self) -> str:
        """Where people open the pages: the first name that browsers call us by, else where we listen."""
        if self.hosts:
            return f"{'https' if self.https else 'http'}://{self.hosts[0]}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach us."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False
