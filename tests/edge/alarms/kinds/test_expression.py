"""Expressions over several points, with what is not known in them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.alarms.arithmetic import truth
from facility import expression
from tests.edge import building as b
from tests.edge.alarms.stand import Stand

NAMES = ("a", "b", "c")


def ask(text: str, **values: float | None) -> bool | None:
    """True, false, or None where it is not known."""
    columns = {k: np.array([math.nan if v is None else float(v)]) for k, v in values.items()}
    with np.errstate(all="ignore"):
        true, false = truth(expression.parsed(text))(columns)
    assert not np.any(true & false), "nothing is both"
    return bool(np.all(true)) if np.all(true | false) else None


@pytest.mark.parametrize(
    ("text", "values", "answer"),
    [
        ("a > 1.1 * b", {"a": 12, "b": 10}, True),
        ("a > 1.1 * b", {"a": 11, "b": 10}, False),
        ("a > 1.1 * b", {"a": None, "b": 10}, None),
        ("1 < a <= 3", {"a": 3}, True),
        ("1 < a <= 3", {"a": 1}, False),
        ("not a == b", {"a": 1, "b": 2}, True),
        ("not (a == b)", {"a": None, "b": 2}, None),
        ("a != b", {"a": None, "b": 2}, None),
        ("a == 1 and b == 1", {"a": 0, "b": None}, False),
        ("a == 1 and b == 1", {"a": 1, "b": None}, None),
        ("a == 1 or b == 1", {"a": 1, "b": None}, True),
        ("a == 1 or b == 1", {"a": 0, "b": None}, None),
        ("a / b > 1", {"a": 1, "b": 0}, None),
        ("max(a, b, 3) - min(a, b) >= abs(-2)", {"a": 1, "b": 2}, True),
        ("max(a, b) > 0", {"a": 1, "b": None}, None),
        ("a and b", {"a": 2, "b": 0}, False),
        ("-a", {"a": 2}, True),
    ],
)
def test_what_an_expression_says(text: str, values: dict[str, float | None], answer: bool | None) -> None:
    assert ask(text, **values) is answer


numbers = st.recursive(
    st.sampled_from(NAMES) | st.integers(-3, 3).map(lambda n: f"({n})"),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner)
        | st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner)
        | st.builds("abs({})".format, inner)
    ),
    max_leaves=6,
)
truths = st.recursive(
    st.builds("({} {} {})".format, numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
        | st.builds("(not {})".format, inner)
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(text=truths, values=st.fixed_dictionaries({n: st.integers(-3, 3) for n in NAMES}))
def test_known_values_give_what_the_language_itself_says(text: str, values: dict[str, int]) -> None:
    try:
        expected = eval(text, {"__builtins__": {}, "abs": abs, "min": min, "max": max}, dict(values))  # noqa: S307 - our own text
    except ZeroDivisionError:
        return
    assert ask(text, **values) is bool(expected)


@settings(max_examples=200, deadline=None)
@given(text=truths, values=st.fixed_dictionaries({n: st.none() | st.integers(-3, 3) for n in NAMES}))
def test_an_answer_in_spite_of_the_unknown_holds_whatever_it_is(text: str, values: dict[str, int | None]) -> None:
    answer = ask(text, **values)
    if answer is not None:
        for guess in (-2, 0, 1, 3):
            assert ask(text, **{k: guess if v is None else v for k, v in values.items()}) in (answer, None)


def expressed(text: str, **more: Any) -> Stand:
    return Stand(b.rule("r", {"kind": "expression", "expression": text}), **more)


def test_points_and_the_name_plate() -> None:
    stand = expressed("level > 1.5 * rated_level and run == 1", rated={"level": 4})
    assert stand.hear(7) == {}
    assert stand.hear(1.0, "tank.run") == {"r": "active"}
    assert stand.hear(None) == {"r": "active"}, "nobody knows"
    assert stand.hear(0.0, "tank.run") == {}, "whatever the level is"


def test_the_hour_of_the_site_raises_and_clears_by_the_clock() -> None:
    stand = expressed("level > 1 and local_hour >= 2 and local_hour < 4")
    now = stand.clock.wall // 10**9
    to_two = (2 * 3600 - (now + 8 * 3600)) % 86_400
    stand.hear(5.0, after=to_two - 60)
    assert stand.wait(59) == {}
    assert stand.wait(1) == {"r": "active"}
    stand.hear(5.0, after=7198)
    assert stand.shown() == {"r": "active"}
    assert stand.wait(2) == {}
