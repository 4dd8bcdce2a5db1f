"""The parser on bodies: whatever comes, each line is taken or named; fast and strict ways agree."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cloud.historian.body import EARLIEST, BodyParser, Columns
from cloud.historian.lineprotocol import MAX_TEXT, parse_line, split_lines
from cloud.historian.registry import Registry
from facility.clock import AHEAD, NS

NOW = 1_790_000_000 * NS
floats = st.floats(allow_nan=False, allow_infinity=False)
name = st.text(st.characters(codec="utf-8", exclude_characters='\\\n\r\t\0#"'), min_size=1, max_size=8).filter(
    lambda text: text.strip() == text
)
value = st.one_of(
    floats.map(lambda number: (repr(number).replace("e+", "e"), number)),
    st.integers(-(2**63), 2**63 - 1).map(lambda number: (f"{number}i", number)),
    st.booleans().map(lambda state: (str(state).lower(), state)),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20).map(
        lambda text: ('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"', text)
    ),
)


def key(text: str) -> str:
    return text.replace(",", r"\,").replace("=", r"\=").replace(" ", r"\ ")


def parsed(body: bytes, parser: BodyParser | None = None) -> Columns:
    return (parser or BodyParser(Registry())).parse(body, "ns", NOW)


@given(
    name,
    st.dictionaries(name, name, max_size=3),
    st.dictionaries(name, value, min_size=1, max_size=4),
    st.one_of(st.none(), st.integers(0, NOW)),
)
def test_what_is_written_by_the_grammar_is_read_back(
    measurement: str, tags: dict[str, str], fields: dict[str, tuple[str, object]], at: int | None
) -> None:
    head = "".join(f",{key(each)}={key(tags[each])}" for each in tags)
    written = ",".join(f"{key(each)}={text}" for each, (text, _) in fields.items())
    text = f"{measurement.replace(',', chr(92) + ',').replace(' ', chr(92) + ' ')}{head} {written}"
    line = parse_line((text if at is None else f"{text} {at}").encode())
    assert (line.measurement, line.at) == (measurement, at)
    assert dict(line.tags) == tags
    assert {each.name: each.value for each in line.fields} == {each: kept for each, (_, kept) in fields.items()}


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=80), st.text('m,a=b \\"1.5eit\n\r#', max_size=60).map(str.encode)))
@example(b'm v="a\nb" 1790000000000000000\nm v="')
@example(b"\xff v=1")
def test_whatever_comes_is_taken_or_named(body: bytes) -> None:
    found = parsed(body)
    assert len(found.series) == len(found.at) == len(found.value)
    assert all(math.isfinite(each) for each in found.value.tolist())
    lines = [line for _, line in split_lines(body) if (bare := line.strip(b" \t\r")) and not bare.startswith(b"#")]
    assert found.dropped <= len(lines)
    assert found.values >= len(lines) - found.dropped
    assert len(found.errors) == min(found.dropped, 100)


@given(st.lists(st.tuples(st.sampled_from("abc"), value, st.integers(0, 99)), min_size=1, max_size=30))
def test_a_known_line_is_read_as_it_was_the_first_time(rows: list[tuple[str, tuple[str, object], int]]) -> None:
    body = "\n".join(f"m,site=s{field} {field}={text},{field}2=1 {NOW - at}" for field, (text, _), at in rows).encode()
    parser = BodyParser(Registry())
    first, second = parsed(body, parser), parsed(body, parser)
    assert first.series.tolist() == second.series.tolist()
    assert first.at.tolist() == second.at.tolist()
    assert first.value.tolist() == second.value.tolist()
    assert first.texts == second.texts
    assert first.errors == second.errors


def test_comments_blank_lines_and_windows_ends_are_no_mistakes() -> None:
    found = parsed(b"# note\r\n\r\n  \nm v=1\r\nm v=2 1790000000000000000\r\n")
    assert (found.values, found.dropped) == (2, 0)
    assert found.at.tolist() == [NOW, NOW]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f"m v=1 {EARLIEST - 1}", "precision"),
        (f"m v=1 {NOW + AHEAD + 1}", "clock"),
        ("m v=1 99999999999999999999", "outside"),
        (f'm v="{"x" * (MAX_TEXT + 1)}"', "65536"),
        (f"m,a={'x' * 70_000} v=1", "max key length exceeded"),
        ("m v=1\0", "NUL"),
        ("m time=1", 'field "time"'),
        ("m,time=1 v=1", 'tag "time"'),
    ],
)
def test_our_own_limits_say_what_they_are(line: str, says: str) -> None:
    found = parsed(line.encode())
    assert (found.values, found.dropped) == (0, 1)
    assert says in found.errors[0].reason


def test_a_refused_line_keeps_no_part_of_itself() -> None:
    parser = BodyParser(Registry())
    parsed(b"m a=1,b=2 1790000000000000000", parser)
    found = parsed(
        b"m a=3,b=4i 1790000000000000000\nm a=5,b=x 1790000000000000000\nm a=7,b=8 1790000000000000000", parser
    )
    assert found.value.tolist() == [7.0, 8.0]
    assert [each.number for each in found.errors] == [1, 2]


def test_numbers_of_lines_count_the_lines_within_strings() -> None:
    found = parsed(b'm s="a\nb\nc"\nm v=oops\nm v=1')
    assert [each.number for each in found.errors] == [4]
    assert found.values == 2
