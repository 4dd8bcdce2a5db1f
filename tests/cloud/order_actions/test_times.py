"""When it was so: by its age, whatever the telephone's clock says, within the order's course. Without a store."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.order_actions.times import COURSE, OLDEST, SLACK, taken
from cloud.service_levels.facts import Step
from facility.clock import NS

NOW = 1_790_000_000 * NS
HOUR = 3600 * NS
SPAN = st.integers(-10 * 24 * HOUR, 10 * 24 * HOUR)


def accepted(at: int) -> list[Step]:
    return [Step("reported", at - HOUR, at - HOUR), Step("accepted", at, at), Step("promise_broken", NOW, NOW)]


@given(wrong=SPAN, age=st.integers(0, 20 * HOUR))
def test_a_clock_that_is_wrong_by_anything_changes_nothing(wrong: int, age: int) -> None:
    behind = NOW - (NOW + wrong)
    found = taken(accepted(NOW - 24 * HOUR), NOW + wrong - age + behind, NOW)
    assert (found.at, found.adjusted) == (NOW - age, False)


@pytest.mark.parametrize(
    ("said", "at"),
    [(HOUR, NOW), (-2 * HOUR, NOW - HOUR), (-100 * HOUR, NOW - HOUR)],
    ids=["in the future", "before it was accepted", "long ago"],
)
def test_what_can_not_have_been_is_taken_for_the_nearest_that_can_and_marked(said: int, at: int) -> None:
    found = taken(accepted(NOW - HOUR), NOW + said, NOW)
    assert (found.at, found.adjusted, found.claimed) == (at, True, NOW + said)


@given(steps=st.lists(st.tuples(st.sampled_from(sorted(COURSE)), st.integers(NOW - 9 * OLDEST, NOW))), said=SPAN)
def test_never_before_what_went_before_nor_after_now(steps: list[tuple[str, int]], said: int) -> None:
    course = [Step(kind, at, at) for kind, at in steps]
    found = taken(course, NOW + said, NOW)
    assert NOW - OLDEST <= found.at <= NOW
    assert all(step.at <= found.at for step in course)
    assert found.adjusted == (abs(found.at - found.claimed) > SLACK)
