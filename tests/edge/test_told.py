from edge.told import CHUNKS, TOGETHER, Told
from facility.batch import Note


def note(mark: bytes, *, again: bool = False) -> Note:
    return Note(0, 1, {"tag": "t"}, mark=mark, again=again)


def mark(number: int) -> bytes:
    return number.to_bytes(8, "big")


def test_what_is_on_the_disk_is_not_taken_again_after_a_restart() -> None:
    state: dict[str, bytes] = {}
    first = Told({})
    assert not first.before(note(mark(1)), "gate.granted", state)
    assert first.before(note(mark(1), again=True), "gate.granted", state)
    after = Told(state)
    assert after.before(note(mark(1), again=True), "gate.granted", state)
    assert not after.before(note(mark(1), again=True), "other.granted", state), "of another point"


def test_what_was_brought_before_but_never_reached_the_disk_is_taken() -> None:
    assert not Told({}).before(note(mark(1), again=True), "gate.granted", {})


def test_the_same_mark_of_a_new_message_is_another_fact() -> None:
    told, state = Told({}), dict[str, bytes]()
    assert not told.before(note(mark(1)), "gate.granted", state)
    assert not told.before(note(mark(1)), "gate.granted", state)


def test_a_line_that_brings_each_once_leaves_nothing_behind() -> None:
    state: dict[str, bytes] = {}
    assert not Told({}).before(note(b""), "gate.granted", state)
    assert state == {}


def test_the_last_marks_are_kept_in_chunks_and_no_more() -> None:
    told, kept = Told({}), dict[str, bytes]()
    most = CHUNKS * TOGETHER
    for number in range(most + 10):
        written: dict[str, bytes] = {}
        told.before(note(mark(number)), "gate.granted", written)
        assert [len(chunk) <= 8 + TOGETHER * 8 for chunk in written.values()] == [True]
        kept |= written
    assert len(kept) == CHUNKS
    after = Told(kept)
    assert after.before(note(mark(most + 9), again=True), "gate.granted", {})
    assert after.before(note(mark(TOGETHER), again=True), "gate.granted", {})
    assert not after.before(note(mark(TOGETHER - 1), again=True), "gate.granted", {})
