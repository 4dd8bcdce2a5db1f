"""PostgreSQL as Debian ships it, run as an unprivileged user, with a fresh database in some 30 ms."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.services.server import Server, demand, group_of

USER = "gatehouse"
QUICK = ("fsync=off", "full_page_writes=off")
"""A commit survives the kill of the server, not a power cut of the machine."""


class Postgres(Server):
    """`database()` answers the URL of a new empty database, or of a copy of one prepared by `template()`."""

    program = "postgres"
    package = "postgresql"
    stop_signal = signal.SIGINT

    def __init__(self) -> None:
        self._binaries = newest_binaries()
        super().__init__()
        self._count = itertools.count(1)
        self._templates: set[str] = set()

    def find(self) -> str:
        """Debian keeps the server in a folder by version, off the PATH."""
        return demand(self.program, self.package, self._binaries)

    def command(self) -> Sequence[str]:
        """In the foreground, on loopback only."""
        settings = ("listen_addresses=" + self.host, f"unix_socket_directories={self.folder}", *QUICK)
        options = [word for setting in settings for word in ("-c", setting)]
        return (self.executable, "-D", f"{self.folder}/data", "-p", str(self.port), *options)

    def owner(self) -> str | None:
        """The server refuses root: `postgres`, else `nobody`."""
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        return next(name for name in ("postgres", "nobody") if name in known)

    def prepare(self) -> None:
        """An empty cluster whose one user needs no password on loopback."""
        owner = self.owner()
        if owner is not None:
            shutil.chown(self.folder, owner)
        initdb = demand("initdb", self.package, self._binaries)
        options = ("-U", USER, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        done = subprocess.run(
            [initdb, "-D", f"{self.folder}/data", *options],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            user=owner,
            group=group_of(owner),
            extra_groups=[] if owner else None,
        )
        assert done.returncode == 0, done.stderr

    def answers(self) -> bool:
        """Whether it takes connections."""
        return self._client("pg_isready").returncode == 0

    def database(self, template: str = "template1") -> str:
        """The URL of a new database, a copy of the template."""
        name = f"test_{next(self._count)}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """A database that `prepare(url)` fills once (migrations); it must leave no connection open."""
        if name not in self._templates:
            self.sql(f'CREATE DATABASE "{name}"')
            prepare(self.url(name))
            self._templates.add(name)
        return name

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.sql(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def url(self, database: str) -> str:
        """For SQLAlchemy, by asyncpg."""
        return f"postgresql+asyncpg://{USER}@{self.host}:{self.port}/{database}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement; its rows as text, columns parted by |."""
        done = self._client("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _client(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = demand(program, self.package, self._binaries)
        command = [path, "-h", self.host, "-p", str(self.port), "-U", USER, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def newest_binaries() -> str:
    """The folder of the newest server that Debian installed; empty where there is none."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return str(max(folders, key=lambda folder: int(folder.parent.name), default=""))
