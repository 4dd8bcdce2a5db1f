"""The wheel holds the code, the data and the built dashboards, and nothing else."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "node_modules", "build", "__pycache__", ".*_cache", "dist")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    tree = tmp_path_factory.mktemp("checkout") / "tree"
    shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
    (tree / "dashboards" / "dist" / "assets").mkdir(parents=True)
    (tree / "dashboards" / "dist" / "index.html").write_text("<title>Gatehouse</title>", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tree.parent), str(tree)],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return zipfile.ZipFile(next(tree.parent.glob("*.whl")))


def test_it_holds_every_module(wheel: zipfile.ZipFile) -> None:
    packages = ("facility", "drivers", "edge", "cloud", "simulators")
    modules = {str(path.relative_to(ROOT)) for package in packages for path in (ROOT / package).rglob("*.py")}
    assert modules <= set(wheel.namelist())


def test_it_holds_the_data(wheel: zipfile.ZipFile) -> None:
    data = {
        str(path.relative_to(ROOT))
        for package in ("facility", "drivers", "edge", "cloud", "simulators")
        for path in (ROOT / package).rglob("*.yaml")
    }
    assert data <= set(wheel.namelist())


def test_it_holds_the_built_pages_but_not_their_sources(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert "dashboards/dist/index.html" in names
    assert "dashboards/__init__.py" in names
    assert not [name for name in names if name.startswith(("dashboards/src", "tests", "scripts", "dashboards/package"))]


def test_it_brings_the_command(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert b"gatehouse = gatehouse:main" in wheel.read(entry_points)
