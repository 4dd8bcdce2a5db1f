"""Rooms stay small and say what they are for."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("facility", "drivers", "edge", "cloud", "simulators", "scripts", "tests")
SAYS_NOTHING = re.compile(r"^(utils?|helpers?|common|misc|stuff|shared)$")
LINES = 400


def rooms() -> list[Path]:
    python = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    pages = [path for kind in ("*.vue", "*.ts") for path in (ROOT / "dashboards" / "src").rglob(kind)]
    return [*python, *(page for page in pages if "@generated" not in page.read_text(encoding="utf-8")[:2000])]


def test_no_file_is_long() -> None:
    long = {str(path.relative_to(ROOT)): path.read_bytes().count(b"\n") for path in rooms()}
    assert not {name: lines for name, lines in long.items() if lines > LINES}, "split it by meaning"


def test_no_name_says_nothing() -> None:
    named = [path.relative_to(ROOT) for path in rooms()]
    assert not [str(path) for path in named if any(SAYS_NOTHING.match(part) for part in path.with_suffix("").parts)]


@pytest.mark.parametrize("package", ["facility", "drivers", "edge", "cloud", "simulators"])
def test_nothing_is_left_for_later(package: str) -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / package).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert not found
