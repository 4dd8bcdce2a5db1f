"""What a wrong word is answered with."""

from __future__ import annotations

from facility.errors import nearest, shown


def test_a_word_in_another_case_is_near() -> None:
    assert nearest("L1-D003", ["l1m003", "l1d003", "l2d001"]) == "; did you mean 'l1d003'?"
    assert nearest("PUMP", ["Pump", "sump"]) == "; did you mean 'Pump'?"


def test_a_strange_word_is_near_to_nothing() -> None:
    assert nearest("zzzz", ["pump", "sump"]) == ""


def test_a_long_value_is_cut() -> None:
    assert shown("x" * 10_000_000) == f"{'x' * 100!r}… (10000000 characters)"
    assert shown("short") == "'short'"
    assert shown(5) == "5"
