from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from facility.clock import iso
from facility.energy.reading_file import read_file

ZONE = ZoneInfo("Asia/Shanghai")


def test_what_offices_write_is_understood() -> None:
    text = '表号,抄表时间,止码,备注\nshop-1,2026/9/4 08:30,"10,234.5",新表\n\nshop-2,2026-09-04,0,\n'
    for content in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("gb18030")):
        found = read_file(content.replace(b"\n", b"\r\n"), ZONE)
        assert not found.mistakes
        assert [(line.meter, iso(line.at)[:16], line.value, line.note) for line in found.lines] == [
            ("shop-1", "2026-09-04T00:30", Decimal("10234.5"), "新表"),
            ("shop-2", "2026-09-03T16:00", Decimal(0), ""),
        ]
    tabs = read_file(b"value\tmeter\tat\n5\tm\t2026-09-04T08:30:00Z\n", ZONE)
    assert iso(tabs.lines[0].at) == "2026-09-04T08:30:00.000Z"


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("", 1, "no line"),
        ("meter,at\n", 1, "读数"),
        ("meter,at,valu\n", 1, "did you mean 'value'"),
        ("meter,at,value,读数\n", 1, "twice"),
        ("meter,at,value\nm,2026-09-04,\n", 1, "no line has a reading"),
        ("meter,at,value\nm,04.09.2026,1\n", 2, "a time is like this"),
        ("meter,at,value\nm,2026-13-04,1\n", 2, "a time is like this"),
        ("meter,at,value\n,2026-09-04,1\n", 2, "missing"),
        ("meter,at,value\nm,2026-09-04,-5\n", 2, "plain number"),
        ("meter,at,value\nm,2026-09-04,1e5\n", 2, "plain number"),
        ("meter,at,value\nm,2026-09-04,nan\n", 2, "plain number"),
        ("meter,at,value\nm,1926-09-04,1\n", 2, "out of range"),
        ("meter,at,value\nm\x07,2026-09-04,1\n", 2, "control characters"),
        ("\x00\x01", 1, "no text"),
    ],
)
def test_every_mistake_names_its_line(content: str, line: int, says: str) -> None:
    found = read_file(content.encode(), ZONE)
    assert [(m.line, says in m.says) for m in found.mistakes] == [(line, True)], found.mistakes
    assert not found.lines


def test_a_reading_that_was_left_free_was_not_read() -> None:
    found = read_file("表号,抄表时间,读数,备注\na,2026-09-04,1,\nb,2026-09-04,  ,锁门\nc,,,\nd\n".encode(), ZONE)
    assert (found.mistakes, [line.meter for line in found.lines], found.skipped) == ([], ["a"], [3, 4, 5])


def test_one_bad_line_hides_no_other() -> None:
    found = read_file(b"meter,at,value\na,2026-09-04,x\nb,2026-09-04,2\nc,,3\n", ZONE)
    assert [m.line for m in found.mistakes] == [2, 4]
    assert [line.line for line in found.lines] == [3]
