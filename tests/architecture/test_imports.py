"""The import rules hold on the tree, and each of them catches what it is there for."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("facility", "drivers", "edge", "cloud", "simulators", "dashboards")
LINTER = Path(sys.executable).with_name("lint-imports")


@dataclass(frozen=True, slots=True)
class Planted:
    """Files written into a copy of the tree, and the contract that must break."""

    contract: str
    files: dict[str, str]


VIOLATIONS = {
    "facility imports edge": Planted("layers", {"facility/zz_planted.py": "import edge"}),
    "drivers import edge": Planted("layers", {"drivers/zz_planted.py": "import edge"}),
    "edge imports cloud": Planted("layers", {"edge/zz_planted.py": "import cloud"}),
    "edge imports simulators": Planted("layers", {"edge/zz_planted.py": "import simulators"}),
    "cloud imports edge": Planted("layers", {"cloud/zz_planted.py": "import edge"}),
    "cloud imports simulators": Planted("layers", {"cloud/zz_planted.py": "import simulators"}),
    "cloud imports drivers": Planted("witness", {"cloud/zz_planted.py": "import drivers.base"}),
    "simulators import drivers": Planted(
        "witness", {"simulators/zz_planted.py": "def late():\n    import drivers.base"}
    ),
    "simulators import edge": Planted("layers", {"simulators/zz_planted.py": "import edge"}),
    "simulators import cloud": Planted("layers", {"simulators/zz_planted.py": "import cloud"}),
    "one protocol imports another": Planted(
        "protocols",
        {
            "drivers/zz_one/__init__.py": "import drivers.zz_two",
            "drivers/zz_two/__init__.py": "",
        },
    ),
    "edge speaks MQTT": Planted("wires", {"edge/zz_planted.py": "def late():\n    import paho.mqtt.client"}),
    "edge speaks Modbus": Planted("wires", {"edge/zz_planted.py": "import pymodbus"}),
    "edge speaks OPC UA": Planted("wires", {"edge/zz_planted.py": "import asyncua"}),
    "facility opens a socket": Planted("pure", {"facility/zz_planted.py": "import socket"}),
    "facility speaks HTTP": Planted("pure", {"facility/zz_planted.py": "import httpx"}),
    "edge imports what only the cloud installs": Planted("edge-extra", {"edge/zz_planted.py": "import duckdb"}),
    "drivers import what only the cloud installs": Planted(
        "drivers-extra", {"drivers/zz_planted.py": "import fastapi"}
    ),
    "cloud imports what only the edge installs": Planted(
        "cloud-extra", {"cloud/zz_planted.py": "import influxdb_client"}
    ),
    "simulators import what only the cloud installs": Planted(
        "sim-extra", {"simulators/zz_planted.py": "import sqlalchemy"}
    ),
    **{
        f"a cycle in {package}": Planted(
            "cycles",
            {f"{package}/zz_one.py": f"import {package}.zz_two", f"{package}/zz_two.py": f"import {package}.zz_one"},
        )
        for package in ("facility", "drivers", "edge", "cloud", "simulators")
    },
}


def lint(tree: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    options = [word for contract in contracts for word in ("--contract", contract)]
    command = [str(LINTER), "--no-cache", "--no-logo", *options]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("tree")
    sources = shutil.ignore_patterns("node_modules", "dist", "src", "__pycache__", "*.yaml", "*.json", "*.jsonl")
    for package in (*PACKAGES, "scripts"):
        shutil.copytree(ROOT / package, tree / package, ignore=sources)
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


def test_the_tree_keeps_every_contract() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("planted", VIOLATIONS.values(), ids=VIOLATIONS.keys())
def test_a_planted_violation_is_caught(copied: Path, planted: Planted) -> None:
    paths = [copied / name for name in planted.files]
    for path, text in zip(paths, planted.files.values(), strict=True):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    try:
        done = lint(copied, planted.contract)
    finally:
        for path in paths:
            path.unlink()
            if path.name == "__init__.py":
                shutil.rmtree(path.parent)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "0 kept, 1 broken" in done.stdout
    assert "zz_" in done.stdout
