"""The language of expression rules: what it reads, and that it can do nothing else."""

from __future__ import annotations

import pytest

from facility import expression


def test_points_figures_and_the_hour_are_told_apart() -> None:
    text = "abs(flow) < 0.1 * rated_flow and not (local_hour >= 2 or level == -1)"
    assert expression.names(text) == {"flow", "rated_flow", "local_hour", "level"}
    assert expression.points(text) == {"flow", "level"}
    assert expression.rated(text) == {"flow"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("flow >", "can't read"),
        ("", "can't read"),
        ("flow + 1", "gives a number"),
        ("__import__('os').system('x') == 0", "not part of an expression|only abs"),
        ("(lambda: 1)() == 1", "not part of an expression|only abs"),
        ("flow.real > 1", "Attribute is not part"),
        ("flow[0] > 1", "Subscript is not part"),
        ("[x for x in y] == 1", "not part"),
        ("flow == 'high'", "is no number"),
        ("flow == True", "is no number"),
        ("flow ** 9 > 1", "Pow is not part"),
        ("open(1) > 1", "only abs"),
        ("f'{flow}' == 1", "not part"),
        ("flow in 1", "In is not part"),
        ("(flow := 1) > 0", "not part"),
    ],
)
def test_everything_else_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        expression.names(text)
