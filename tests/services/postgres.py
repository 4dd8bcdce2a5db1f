"""PostgreSQL as Debian ships it, run as an unprivileged user; a database that was given back serves again, emptied."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.services.server import Server, demand, group_of

USER = "gatehouse"
QUICK = ("fsync=off", "full_page_writes=off")
"""A commit survives the kill of the server, not a power cut of the machine."""

EMPTIED = """
DO $$
DECLARE
    filled text := '';
    one regclass;
    found boolean;
BEGIN
    PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one) INTO found;
        IF found THEN
            filled := filled || ', ' || one;
        END IF;
    END LOOP;
    IF filled <> '' THEN
        -- A log that only grows has a trigger against this.
        PERFORM set_config('session_replication_role', 'replica', true);
        EXECUTE 'TRUNCATE ' || substr(filled, 3) || ' CASCADE';
    END IF;
    FOR one IN SELECT format('%I.%I', schemaname, sequencename)::regclass FROM pg_sequences WHERE last_value IS NOT NULL
    LOOP
        EXECUTE format('ALTER SEQUENCE %s RESTART', one);
    END LOOP;
END $$;
"""
"""Everybody else out, every row gone, every sequence at its begin: less work than a new copy of a template."""

SHAPE = """
SELECT md5(string_agg(one, ',' ORDER BY one)) FROM (
    SELECT concat(relkind, relname, ' ', attname, ' ', atttypid, attnotnull, atthasdef) AS one
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat(conrelid::regclass, ' ', conname) FROM pg_constraint
    UNION ALL SELECT concat(tgrelid::regclass, ' ', tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT steps::text FROM alembic_version AS steps
) AS parts
"""
"""Of tables, columns, indexes, constraints, triggers and the step of the migrations."""


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
        self._given_back: dict[str, list[str]] = defaultdict(list)
        self._shapes: dict[str, str] = {}

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

    def database(self, template: str = "template1", kind: str = "test") -> str:
        """The URL of a new database, a copy of the template."""
        name = f"{kind}_{next(self._count)}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """A database that `prepare(url)` fills once (migrations); it must leave no connection open."""
        if name not in self._templates:
            self.sql(f'CREATE DATABASE "{name}"')
            prepare(self.url(name))
            self._templates.add(name)
        return name

    def lend(self, template: str) -> str:
        """The URL of a database with the tables of the template, and no rows but the template's version."""
        return self._given_back[template].pop() if self._given_back[template] else self.database(template, "lent")

    def give_back(self, template: str, url: str) -> None:
        """After this, what was in it is gone, and the next one may have it; not one whose tables were changed."""
        if template not in self._shapes:
            self._shapes[template] = self.sql(SHAPE, template)
        if self.sql(EMPTIED + SHAPE, url.rpartition("/")[2]) == self._shapes[template]:
            self._given_back[template].append(url)
        else:
            self.drop(url)

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
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def newest_binaries() -> str:
    """The folder of the newest server that Debian installed; empty where there is none."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return str(max(folders, key=lambda folder: int(folder.parent.name), default=""))
