from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.historian.lines import single_fields, split_lines
from edge.historian.sift import sift
from facility.clock import NS
from tests.edge.line_parser import parse

NOW = 1_790_000_000 * NS


def line(fields: str, time: int = NOW) -> bytes:
    return f"pump,equipment=pump-1,site=s {fields} {time}".encode()


def test_a_line_is_taken_apart_into_its_fields_and_none_is_lost() -> None:
    text = rb'a\ b,t=x\,y f\=1=1.5,t="a, b=c \"q\"",n=3i,b=true 17'
    singles = single_fields(text)
    assert len(singles) == 4
    whole, parts = parse(text + b"\n")[0], parse(b"\n".join(singles) + b"\n")
    assert {k: v for p in parts for k, v in p.fields.items()} == whole.fields
    assert all((p.measurement, p.tags, p.time) == (whole.measurement, whole.tags, whole.time) for p in parts)


def test_what_is_no_line_protocol_stays_as_it_is() -> None:
    for text in (b"", b"nonsense", b"m f=1,,g=2 3", b'm f="open 3'):
        assert single_fields(text) == [text]


def test_a_newline_in_a_text_ends_no_line() -> None:
    assert split_lines(b'm t="a\nb" 1\n\nm f=1 2\n') == [b'm t="a\nb" 1', b"m f=1 2"]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (line("flow=NaN"), "not finite"),
        (line("flow=-inf"), "not finite"),
        (line("flow=1e309"), "not finite"),
        (line('note="a\x00b"'), "NUL"),
        (line('note="@"').replace(b"@", b"\xff\xfe"), "UTF-8"),
        (line(f'note="{"x" * 70_000}"'), "64 kB"),
        (line("flow=1.0", 5), "time"),
        (line("flow=1.0", 4_102_444_800 * NS), "time"),
        (b"pump,equipment=pump-1,site=s flow=1.0", "time"),
    ],
)
def test_the_bad_one_is_refused_with_its_reason_and_the_others_pass(bad: bytes, why: str) -> None:
    good, refused = sift(b"\n".join([line("flow=1.0"), bad, line("flow=2.0")]) + b"\n", NOW)
    assert good == [line("flow=1.0"), line("flow=2.0")]
    assert [b for b, _ in refused] == [bad]
    assert why in refused[0][1]


def test_of_a_line_only_the_bad_field_is_refused() -> None:
    good, refused = sift(line("flow=1.0,power=nan,speed=3.0,flow_q=0i") + b"\n", NOW)
    assert good == [line("flow=1.0"), line("speed=3.0"), line("flow_q=0i")]
    assert [b for b, _ in refused] == [line("power=nan")]


@pytest.mark.parametrize("fields", ["flow=1e300", "flow=-2.5e-310", 'text="NaN=inf"', "on=true", "n=12i", 'zh="水泵"'])
def test_what_only_looks_bad_passes(fields: str) -> None:
    assert sift(line(fields) + b"\n", NOW) == ([line(fields)], [])


PIECES = st.sampled_from([
    "flow=1.5", "flow=-1.5", "e1=2.0e17", "pe101=7.0", "x=1e309", "x=1.e+309", "x=-1E308", "x=3e10", "x=nan", "y=-Inf",
    "y=+1.0", "n=12i", "on=true", "", "=", "e", "1e101", "\\ ",
])  # fmt: skip
TIMES = st.sampled_from(
    [str(NOW), str(NOW + 1), "5", str(2**63 - 1), "9" * 19, "9" * 18, "+" + "1" * 18, "", "1\n2", "0" + str(NOW)]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.lists(PIECES, min_size=1, max_size=4), TIMES), max_size=5))
def test_looking_at_all_lines_at_once_finds_what_looking_at_each_does(parts: list[tuple[list[str], str]]) -> None:
    body = "".join(f"pump,equipment=e001 {','.join(fields)} {time}\n" for fields, time in parts).encode()
    with patch("edge.historian.sift._plain", return_value=False):
        one_by_one = sift(body, NOW)
    assert sift(body, NOW) == one_by_one
