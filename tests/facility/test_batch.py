"""Columns of samples: good, bad, notes, joined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from facility.batch import NO_POINTS, Note, bad, good, joined, noted
from facility.quality import Quality, Reason

AT = 1_767_323_045_000_000_000


def test_good_samples_share_one_time() -> None:
    batch = good(np.array([3, 5], np.uint32), np.array([1.5, -2.0]), AT)
    assert len(batch) == 2
    assert batch.time.tolist() == [AT, AT]
    assert batch.quality.tolist() == [Quality.GOOD, Quality.GOOD]
    assert batch.received == AT
    assert good(np.array([3], np.uint32), np.array([1.0]), AT, received=AT + 7).received == AT + 7


def test_bad_samples_have_no_value_but_a_reason() -> None:
    batch = bad(np.array([3, 5], np.uint32), Reason.TIMEOUT, AT)
    assert np.isnan(batch.value).all()
    assert batch.quality.tolist() == [Quality.BAD, Quality.BAD]
    assert batch.reason.tolist() == [Reason.TIMEOUT, Reason.TIMEOUT]


def test_joining_keeps_order_types_and_notes() -> None:
    first = good(np.array([1], np.uint32), np.array([1.0]), AT)
    second = bad(np.array([2], np.uint32), Reason.STALE, AT + 1)
    third = noted([Note(4, AT, {"tag": "04A1"})], AT + 2)
    batch = joined([first, second, third])
    assert batch.point.tolist() == [1, 2]
    columns = (batch.point, batch.value, batch.quality, batch.reason, batch.time)
    assert [c.dtype.name for c in columns] == ["uint32", "float64", "uint8", "uint8", "int64"]
    assert batch.time.tolist() == [AT, AT + 1]
    assert batch.received == AT + 2
    assert batch.notes == third.notes
    assert joined([first]) is first
    assert len(joined([])) == 0


def test_a_replayed_batch_stays_one() -> None:
    one = replace(good(np.array([1], np.uint32), np.array([1.0]), AT), replayed=True)
    assert joined([one, one]).replayed is True


def test_only_notes_has_no_samples() -> None:
    batch = noted([Note(4, AT, "text")], AT)
    assert len(batch) == 0
    assert batch.point is NO_POINTS
