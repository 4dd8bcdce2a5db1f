import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import measurements
from tests.measure import Figure

HEAD = "from tests.measure import Figure, measure\n"
GOOD = """
@measure(area="zz")
def pace():
    return Figure.at_least("pace", 12, "1/s", 10, "counted")
"""
ASYNC = """
@measure(area="zz")
async def both():
    return [Figure.noted("memory", 30, "MiB", "read"), Figure.exactly("lost", 0, "", 0, "counted")]
"""
MISSED = """
@measure(area="zz")
def slow():
    return Figure.at_most("slow", 3, "s", 2, "timed")
"""
CRASHED = """
@measure(area="zz")
def crashes():
    raise ValueError("no such device")
"""
DEAD = """
@measure(area="zz")
def dies():
    import os
    os._exit(9)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of its own, with the tree's `scripts` and `tests/measure.py`."""
    shutil.copytree(measurements.ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "tests" / "bench").mkdir(parents=True)
    shutil.copy(measurements.ROOT / "tests" / "measure.py", tmp_path / "tests")
    return tmp_path


def bench(root: Path, files: dict[str, str], *only: str) -> tuple[int, dict[str, dict[str, object]], str]:
    for name, text in files.items():
        (root / "tests" / "bench" / name).write_text(HEAD + text, encoding="utf-8")
    target = root / "build" / "bench.json"
    command = [sys.executable, "-m", "scripts.measurements", "bench", str(target), *only]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=root)
    figures = json.loads(target.read_text(encoding="utf-8")) if target.exists() else []
    return done.returncode, {figure["name"]: figure for figure in figures}, done.stdout + done.stderr


def test_figures_are_written_and_shown(root: Path) -> None:
    code, figures, shown = bench(root, {"zz_good.py": GOOD, "zz_async.py": ASYNC})
    assert code == 0, shown
    assert figures["pace"] == {
        "name": "pace", "value": 12, "unit": "1/s", "target": "≥ 10", "ok": True, "how": "counted"
    }  # fmt: skip
    assert set(figures) == {"pace", "memory", "lost"}
    assert "pace" in shown


def test_a_missed_target_fails(root: Path) -> None:
    code, figures, _ = bench(root, {"zz_good.py": GOOD, "zz_missed.py": MISSED})
    assert code == 1
    assert (figures["pace"]["ok"], figures["slow"]["ok"]) == (True, False)


@pytest.mark.parametrize(("bad", "how"), [(CRASHED, "ValueError: no such device"), (DEAD, "its process ended with 9")])
def test_one_that_crashes_stops_no_other(root: Path, bad: str, how: str) -> None:
    code, figures, _ = bench(root, {"zz_bad.py": bad + GOOD, "zz_last.py": MISSED})
    assert code == 1
    assert how in {figure["how"] for figure in figures.values()}
    assert "slow" in figures


def test_one_area_is_chosen(root: Path) -> None:
    code, figures, _ = bench(root, {"zz_good.py": GOOD, "yy_missed.py": MISSED.replace("zz", "yy")}, "--only", "zz")
    assert code == 0
    assert set(figures) == {"pace"}


def test_an_unknown_area_names_those_there_are(root: Path) -> None:
    code, _, shown = bench(root, {"zz_good.py": GOOD}, "--only", "edeg")
    assert code == 2
    assert "there are: zz" in shown


def test_an_area_that_is_not_the_files_is_a_mistake(root: Path) -> None:
    code, figures, _ = bench(root, {"yy_good.py": GOOD})
    assert code == 1
    assert "rename one of them" in str(figures["yy_good.pace"]["how"])


def test_a_file_without_a_measurement_is_a_mistake(root: Path) -> None:
    code, figures, _ = bench(root, {"zz_empty.py": ""})
    assert code == 1
    assert not figures["zz_empty"]["ok"]


@pytest.mark.parametrize(
    ("figure", "ok"),
    [
        (Figure.at_most("a", 2, "s", 2, ""), True),
        (Figure.at_most("a", 2.1, "s", 2, ""), False),
        (Figure.at_least("a", 2, "s", 2, ""), True),
        (Figure.at_least("a", float("nan"), "s", 2, ""), False),
        (Figure.exactly("a", 1, "", 0, ""), False),
        (Figure.noted("a", 1, "", ""), True),
        (Figure.failed("a", ""), False),
    ],
)
def test_a_figure_knows_its_target(figure: Figure, ok: bool) -> None:
    assert figure.ok is ok
