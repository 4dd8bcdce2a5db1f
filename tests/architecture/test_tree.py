"""No file that is committed knows the machine it was written on."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def committed() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for name in names.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_names_a_path_of_this_machine() -> None:
    home = str(Path.home())
    paths = [str(ROOT) + "/", *([home + "/"] if len(home) > 1 else [])]
    found = [
        f"{path.relative_to(ROOT)}: {own}" for path in committed() for own in paths if own.encode() in path.read_bytes()
    ]
    assert not found


def test_nothing_that_is_made_is_committed() -> None:
    made = ("node_modules", "__pycache__", ".venv", "build", ".mypy_cache")
    found = [str(path) for path in committed() if any(part in made for part in path.relative_to(ROOT).parts)]
    assert not found
