"""The spool's file: locked to one process, opened with full durability, set aside where it is damaged."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from edge.spool.checksums import of_totals, unsealed
from edge.spool.lanes import SCHEMA
from edge.spool.wal import read_log
from facility.errors import ConfigError, SpoolError
from facility.event import Lane

log = logging.getLogger(__name__)

VERSION: Final = 2
HEAD: Final = 100
"""Bytes of the file's own header."""
CHECKED: Final = 64 << 20
"""An uncleanly ended file up to this size is checked whole at the start (about 0.1 s); a bigger one when read."""
CHECKPOINT_AT: Final = 4 << 20
"""The write-ahead log is folded back when it is this long, and at no other moment; the commit after that cuts it."""
CACHE: Final = 512
"""kB of pages that SQLite keeps: records are written and read once, more would only fill up during an outage."""
SMALLEST: Final = 256 << 10
"""On a disk with no room to spare: the log is folded back this often."""

TROUBLE: Final = (
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY,
)  # fmt: skip
"""The disk or the machine; every other error of SQLite says that the file itself is damaged."""

WRONG: Final = (ValueError, TypeError, LookupError, ArithmeticError)
"""What reading raises where the file holds something else than was written."""


def is_full(error: sqlite3.Error) -> bool:
    """Whether the disk had no room: nothing was written, nothing synced, and it may be tried again with more room."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is to blame, not the disk it lies on."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code == sqlite3.SQLITE_IOERR_SHORT_READ or code & 0xFF not in TROUBLE


@dataclass(slots=True)
class SpoolFile:
    """An open file. `damaged` is where a file that could not be used was set aside; `vanished`: it should be there.
    `torn`: the last transaction of its log did not hold.
    """

    path: Path
    db: sqlite3.Connection
    lock: int
    damaged: Path | None = None
    vanished: bool = False
    torn: bool = False

    def must_fold(self) -> bool:
        """Whether the write-ahead log is to be folded back: never more than the reserve could make room for."""
        log_size = _size(f"{self.path}-wal")
        return log_size > SMALLEST and log_size > max(min(CHECKPOINT_AT, _size(self.reserve)), SMALLEST)

    @property
    def reserve(self) -> Path:
        """A file that only holds room on the disk, for the day that it is full."""
        return self.path.with_name(self.path.name + ".reserve")

    def spend_reserve(self) -> None:
        """The disk is full: let go of the room."""
        self.reserve.unlink(missing_ok=True)

    def keep_reserve(self) -> None:
        """Hold room as long as the log may become, or a quarter of what is free where that is less."""
        if self.reserve.exists():
            return
        disk = os.statvfs(self.path.parent)
        size = min(CHECKPOINT_AT + SMALLEST, disk.f_bavail * disk.f_frsize // 4)
        try:
            with self.reserve.open("wb") as held:
                os.posix_fallocate(held.fileno(), 0, max(size, 1))
        except OSError as error:
            log.warning("no room is held back on the disk of the spool: %s", error.strerror)
            self.spend_reserve()

    def fold(self, *, everything: bool = False) -> None:
        """Write the log back into the file and sync it; unless `everything`, never waits for a reader."""
        self.db.execute(f"PRAGMA wal_checkpoint({'TRUNCATE' if everything else 'PASSIVE'})").fetchall()
        if not everything:
            self.keep_reserve()

    def close(self) -> None:
        """Let go of the file and its lock."""
        with contextlib.suppress(sqlite3.Error):
            self.db.close()
        os.close(self.lock)


def _size(path: str | Path) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116 - of a text too: asked after each commit
    except OSError:
        return 0


def open_file(path: Path) -> SpoolFile:
    """Open or make the file. A damaged one is renamed and replaced; ConfigError where the folder can't be used."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        used_before = Path(f"{path}.lock").exists()
        lock = _locked(path)
    except OSError as error:
        raise ConfigError(f"can't use the spool's folder {path.parent}: {error.strerror}") from error
    try:
        vanished = used_before and not (path.exists() and path.stat().st_size)
        written = read_log(Path(f"{path}-wal"))
        broken = _header_broken(path) or (written is not None and written.damaged)
        if vanished and written is not None:  # the log has outlived its file: what it holds is saved
            path.touch(0o600)
            broken = True
        damaged = set_aside(path) if suspect(path).exists() or broken else None
        torn = damaged is None and written is not None and written.torn
        try:
            return _ready(SpoolFile(path, _opened(path), lock, damaged, vanished, torn))
        except (sqlite3.Error, *WRONG) as error:
            if isinstance(error, sqlite3.Error) and not is_damage(error):
                raise SpoolError(f"can't open the spool {path}: {error}") from error
            log.error("the spool %s is damaged (%s); it is set aside and a new one is made", path, error)  # noqa: TRY400
        damaged = set_aside(path)
        return _ready(SpoolFile(path, _opened(path), lock, damaged))
    except BaseException:
        os.close(lock)
        raise


def _ready(file: SpoolFile) -> SpoolFile:
    file.keep_reserve()
    return file


def _header_broken(path: Path) -> bool:
    """Whether its first bytes say that this SQLite must not write it, or treats it as another kind of file."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except FileNotFoundError:
        head = b""
    return bool(head) and (head[18:20] not in (b"\1\1", b"\2\2") or any(head[52:56] + head[64:68]))


def suspect(path: Path) -> Path:
    """The mark that damage was met while running: the next start sets the file aside."""
    return path.with_name(path.name + ".suspect")


def set_aside(path: Path) -> Path | None:
    """Rename the file and its log so that nothing of it is lost; None where there is no file."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    Path(f"{path}-shm").unlink(missing_ok=True)
    suspect(path).unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError):
        Path(f"{path}-wal").rename(f"{aside}-wal")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return None
    return aside


def _locked(path: Path) -> int:
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise ConfigError(f"the spool {path} is in use by another process: is the edge agent running twice?") from None
    return lock


def _opened(path: Path) -> sqlite3.Connection:
    """Connect, fold the old log back and sync it: what a failed sync left only in memory is written again."""
    made = not path.exists()
    if made:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=1.0)
    try:
        try:
            _prepare(db)
        except sqlite3.Error as error:
            if not is_full(error):
                raise
            Path(f"{path}.reserve").unlink(missing_ok=True)
            _prepare(db)
        _check(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection) -> None:
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "wal_autocheckpoint = 0",
        "secure_delete = OFF",
        "temp_store = MEMORY",
        f"cache_size = -{CACHE}",
        f"journal_size_limit = {SMALLEST}",
        "wal_checkpoint(TRUNCATE)",
    ):
        db.execute(f"PRAGMA {pragma}").fetchall()


def _check(db: sqlite3.Connection, path: Path) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        _make(db)
        return
    meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
    if meta["format"] != str(version):
        raise ValueError("its format is not told in the same way twice")
    if version > VERSION:
        raise ConfigError(
            f"the spool {path} was made by a newer Gatehouse (format {version}): start that version again"
        )
    UUID(meta["spool"])
    made = {sql for (sql,) in db.execute("SELECT sql FROM sqlite_schema WHERE type = 'table'")}
    if made != {sql for sql in SCHEMA if sql.startswith("CREATE")}:
        raise ValueError("its tables are not as they were made")
    if path.stat().st_size <= CHECKED:
        said = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if said != "ok":
            raise ValueError(said)
    _check_sums(db)


def _check_sums(db: sqlite3.Connection) -> None:
    """What is replaced in place has checksums too; those of records are looked at when they are read."""
    totals = db.execute("SELECT name, high, records, bytes, dropped, sum FROM lane").fetchall()
    if {name for name, *_ in totals} != set(Lane) or not all(of_totals(n, t) == s for n, *t, s in totals):
        raise ValueError("the totals of its lanes do not hold")
    if not all(unsealed(key, kept) is not None for key, kept in db.execute("SELECT key, value FROM state")):
        raise ValueError("a state in it does not hold")


def _make(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    for statement in SCHEMA:
        db.execute(statement)
    db.execute("INSERT INTO meta VALUES ('spool', ?), ('clean', 'yes'), ('format', ?)", (str(uuid4()), str(VERSION)))
    db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute("COMMIT")
