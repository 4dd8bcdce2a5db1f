"""Any course of a door, restarted at any step, reads as the same course without restarts; and as a slow oracle says."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edge.access.stand import Stand

SECONDS = st.sampled_from([0.5, 1.0, 2.0, 5.0, 19.0, 31.0, 299.0, 601.0])
STEPS = st.one_of(
    st.tuples(st.just("wait"), SECONDS),
    st.tuples(st.just("open"), st.booleans()),
    st.tuples(st.just("close"), st.none()),
    st.tuples(st.just("free"), st.booleans()),
    st.tuples(st.just("grant"), st.sampled_from(["in", "out", None])),
    st.tuples(st.just("hand"), st.none()),
    st.tuples(st.just("pass"), st.sampled_from(["in", "out", None])),
    st.tuples(st.just("deny"), st.sampled_from(["credential_expired", "unknown_credential", "lockout"])),
    st.tuples(st.just("moving"), st.sampled_from([60, 600, 0])),
)


class Course:
    """A door and what it last said of itself."""

    def __init__(self) -> None:
        self.stand = Stand()
        self.open = self.free = False
        self.locked = True

    def do(self, what: str, how: Any) -> None:  # noqa: C901 - one line a step
        stand = self.stand
        match what:
            case "wait":
                stand.wait(how)
            case "open":
                self.open, self.locked = True, how
            case "close":
                self.open, self.locked = False, True
            case "free":
                self.free = how
            case "grant":
                stand.granted(how)
            case "hand":
                stand.granted(credential="remote")
            case "pass":
                stand.passed(how)
            case "deny":
                stand.denied(how)
            case "moving":
                stand.door.set_free(stand.now + how * 10**9 if how else 0, stand.now)
        if what in ("open", "close", "free"):
            self.say()

    def say(self) -> None:
        self.stand.stands(open_=self.open, locked=self.locked, free=self.free)


@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, max_size=30), st.sets(st.integers(0, 30)))
def test_a_restart_at_any_step_changes_nothing(steps: list[tuple[str, Any]], restarts: set[int]) -> None:
    plain, restarted = Course(), Course()
    for i, (what, how) in enumerate(steps):
        if i in restarts:
            restarted.stand.restart()
            restarted.say()
        plain.do(what, how)
        restarted.do(what, how)
        assert restarted.stand.found == plain.stand.found
        assert restarted.stand.door.text() == plain.stand.door.text()


@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, max_size=30))
def test_counts_and_times_are_those_of_a_slow_count(steps: list[tuple[str, Any]]) -> None:
    course, expired, wrong, hand = Course(), list[int](), list[int](), list[int]()
    open_since: int | None = None
    free_until = 0
    for what, how in steps:
        was_free = course.free
        course.do(what, how)
        now = course.stand.now
        if what == "deny":
            expired += [now] if how == "credential_expired" else []
            wrong += [now] if how != "lockout" else []
        hand += [now] if what == "hand" else []
        if what == "open" and open_since is None:
            open_since = now
        if what == "close":
            open_since = None
        if what == "free" and was_free and not course.free and open_since is not None:
            open_since = now
        if what == "moving":
            if not how and free_until > now and open_since is not None:
                open_since = now
            free_until = now + how * 10**9 if how else 0
        if free_until and free_until <= now:
            open_since = max(open_since, free_until) if open_since is not None else None
            free_until = 0
        found = course.stand.found
        assert ("expired_card" in found) == (_within(expired, now, 600) >= 3)
        assert ("wrong_tries" in found) == (_within(wrong, now, 300) >= 5)
        assert ("opened_by_hand" in found) == (_within(hand, now, 600) >= 2)
        held = open_since is not None and not course.free and not free_until and now - open_since >= 30 * 10**9
        assert ("held_open" in found) == held


def _within(moments: list[int], now: int, seconds: int) -> int:
    return sum(1 for at in moments if now - at < seconds * 10**9)
