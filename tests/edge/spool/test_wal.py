"""The log as it lies on disk: SQLite's own checksums hold, and damage is told from what a power cut tears."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.spool.wal import FRAME, HEADER, Log, read_log

PAGE = 4096
STEP = FRAME + PAGE


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """A log of a hundred commits, none of it folded back."""
    db = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "wal_autocheckpoint = 0"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.execute("CREATE TABLE some (n INTEGER PRIMARY KEY, body BLOB)")
    for n in range(100):
        db.execute("INSERT INTO some VALUES (?, ?)", (n, random.Random(n).randbytes(2000)))
    yield tmp_path / "some.db-wal"
    db.close()


def changed(path: Path, at: int, cut: int | None = None) -> Log:
    content = bytearray(path.read_bytes())
    content[at] ^= 8
    path.write_bytes(content[:cut])
    found = read_log(path)
    assert found is not None
    return found


def test_every_frame_of_a_whole_log_holds(log: Path) -> None:
    found = read_log(log)
    assert found is not None
    assert found.sound.all()
    assert found.header
    assert found.commit.sum() == 101
    assert not found.damaged
    assert not found.torn


def test_a_flipped_bit_before_a_later_commit_is_damage_and_only_its_frame_is_broken(log: Path) -> None:
    found = changed(log, HEADER + 20 * STEP + FRAME + 500)
    assert (~found.sound).nonzero()[0].tolist() == [20]
    assert found.damaged
    assert not found.torn


def test_a_flipped_bit_in_the_log_s_own_header_is_damage(log: Path) -> None:
    found = changed(log, 17)
    assert found.damaged
    assert found.sound[1:].all()


def test_what_a_power_cut_tears_is_no_damage(log: Path) -> None:
    frames = (log.stat().st_size - HEADER) // STEP
    found = changed(log, HEADER + (frames - 1) * STEP + FRAME + 3000)
    assert found.torn
    assert not found.damaged


def test_a_bit_of_the_salt_in_the_last_but_one_commit_is_damage(log: Path) -> None:
    frames = (log.stat().st_size - HEADER) // STEP
    assert changed(log, HEADER + (frames - 2) * STEP + 11).damaged


def test_a_torn_transaction_over_an_older_generation_s_commits_is_no_damage(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "wal_autocheckpoint = 0"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.execute("CREATE TABLE some (n INTEGER PRIMARY KEY, body BLOB)")
    body = random.Random(0).randbytes(3000)
    for n in range(30):
        db.execute("INSERT INTO some VALUES (?, ?)", (n, body))
    db.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
    db.execute("INSERT INTO some VALUES (?, ?)", (30, body))
    log = tmp_path / "some.db-wal"
    before, whole = log.read_bytes(), read_log(log)
    assert whole is not None
    synced = len(whole.sound)
    with db:
        db.execute("BEGIN")
        db.executemany("INSERT INTO some VALUES (?, ?)", [(n, body) for n in range(31, 41)])
    after = log.read_bytes()
    whole = read_log(log)
    assert whole is not None
    torn = range(synced, len(whole.sound))
    assert len(torn) > 5

    for missing in torn[:-1]:
        frame = slice(HEADER + missing * STEP, HEADER + (missing + 1) * STEP)
        log.write_bytes(after[: frame.start] + before[frame] + after[frame.stop :])
        found = read_log(log)
        assert found is not None
        assert (found.torn, found.damaged) == (True, False), missing
    db.close()


def test_a_cut_log_is_neither(log: Path) -> None:
    found = changed(log, log.stat().st_size - 1, cut=HEADER + 50 * STEP + 700)
    assert not found.damaged
    assert not found.torn


def test_no_log_and_an_empty_one(tmp_path: Path) -> None:
    assert read_log(tmp_path / "none") is None
    (tmp_path / "empty").touch()
    assert read_log(tmp_path / "empty") is None
