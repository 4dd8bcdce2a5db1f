"""YAML by the 1.2 core rules, with lines."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from facility import yaml_source
from facility.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("off", "off"),
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("22:00", "22:00"),
        ("1:30:00", "1:30:00"),
        ("0101", "0101"),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-3", -3),
        ("2026-01-02", "2026-01-02"),
        ("~", None),
        ("", None),
        ('"off"', "off"),
        ("04A1B2C3", "04A1B2C3"),
    ],
)
def test_scalars(text: str, value: Any) -> None:
    found = yaml_source.parse(f"a: {text}\n", "site.yaml").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_infinity_and_nan_are_floats() -> None:
    data = yaml_source.parse("a: .inf\nb: -.INF\nc: .nan\n", "f").data
    assert data["a"] == float("inf")
    assert data["b"] == float("-inf")
    assert data["c"] != data["c"]


def test_off_is_a_word_as_a_key_too() -> None:
    assert yaml_source.parse("{off: 1, 2: two}", "f").data == {"off": 1, "2": "two"}


def test_every_key_and_item_knows_its_line() -> None:
    source = yaml_source.parse("a:\n  - b: 1\n    c: [2,\n      3]\n# note\nd: {e: 4}\n", "f")
    assert source.line(("a",)) == 1
    assert source.line(("a", 0, "b")) == 2
    assert source.line(("a", 0, "c", 1)) == 4
    assert source.line(("d", "e")) == 6
    assert source.line(("a", 0, "c", 9, "nowhere")) == 3, "the nearest thing around it"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\na: 2\n", 2, "'a' is there twice"),
        ("a: [1\n", 2, "not YAML"),
        ("a: 1\n\tb: 2\n", 2, "not YAML"),
        ("a: 1\n---\nb: 2\n", 2, "not YAML"),
        ("a: !!python/object:os.system 1\n", 1, "can't read"),
        ("? [1, 2]\n: 3\n", 1, "a key must be a word"),
        ("a: \x00\n", 1, "not YAML"),
        ("a: *b\n", 1, "not YAML"),
        ("a: &x [*x]\n", 1, "alias within itself"),
        ("a:\n  " + "[" * 200_000, 2, "nested too deep: at most 64 levels"),
        ("- " * 200_000, 1, "nested too deep: at most 64 levels"),
        (
            "a: &a [1,2,3,4,5,6,7,8]\n"
            + "".join(f"{n}: &{n} [{','.join([f'*{m}'] * 8)}]\n" for m, n in pairwise("abcdefghijklm")),
            6,
            "aliases",
        ),
    ],
)
def test_what_is_not_yaml_is_a_mistake_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        yaml_source.parse(text, "f.yaml").raise_if_wrong()
    assert raised.value.mistakes[0].line == line
    assert words in str(raised.value)


def test_a_file_that_is_away_or_not_utf_8(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"can't read .*site\.yaml: No such file"):
        yaml_source.load(tmp_path / "site.yaml")
    (tmp_path / "site.yaml").write_bytes("name: 花园".encode("gb18030"))
    with pytest.raises(ConfigError, match=r"not UTF-8 \(byte 6\)"):
        yaml_source.load(tmp_path / "site.yaml")
