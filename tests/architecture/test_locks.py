"""The lock files hold what pyproject.toml asks for, each with its hashes, and name no host and no path."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
EXTRAS = ("edge", "cloud", "sim", "dev")
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^ ]+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    return {match["name"]: match["version"] for match in PIN.finditer(path.read_text(encoding="utf-8"))}


def asked(extra: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = EXTRAS if extra == "dev" else (extra,)
    lines = [*project["dependencies"], *(line for name in names for line in project["optional-dependencies"][name])]
    requirements = [Requirement(line) for line in lines]
    return [requirement for requirement in requirements if requirement.name != "gatehouse"]


def test_there_is_a_lock_for_every_extra() -> None:
    assert {path.stem for path in LOCKS} == {*EXTRAS, "uv"}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_host_and_no_path(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"://|@ file|^\s*-|--(?:extra-)?index|--find-links|(?:^|\s)/\w", text.replace("    --hash=", ""), re.MULTILINE
    )


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_library_is_pinned_with_hashes(path: Path) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", path.read_text(encoding="utf-8"))[1:]
    assert blocks
    for block in blocks:
        assert PIN.match(block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_lock_satisfies_what_is_asked_for(extra: str) -> None:
    locked = pins(ROOT / "requirements" / f"{extra}.txt")
    for requirement in asked(extra):
        name = canonicalize_name(requirement.name)
        assert name in locked, f"{name} is not locked: make lock"
        assert requirement.specifier.contains(locked[name]), f"{requirement} is locked as {locked[name]}: make lock"


@pytest.mark.parametrize("extra", ["edge", "cloud", "sim"])
def test_what_is_deployed_is_what_was_tested(extra: str) -> None:
    whole = pins(ROOT / "requirements" / "dev.txt")
    for name, version in pins(ROOT / "requirements" / f"{extra}.txt").items():
        assert whole[name] == version


def test_the_edge_stays_small() -> None:
    heavy = {"fastapi", "sqlalchemy", "duckdb", "pandas", "uvicorn", "alembic"}
    assert not heavy & pins(ROOT / "requirements" / "edge.txt").keys()


def test_the_dashboards_lock_names_no_host() -> None:
    path = ROOT / "dashboards" / "package-lock.json"
    if not path.exists():
        pytest.skip("the dashboards have no package-lock.json yet")
    assert '"resolved"' not in path.read_text(encoding="utf-8"), "dashboards/.npmrc: omit-lockfile-registry-resolved"
