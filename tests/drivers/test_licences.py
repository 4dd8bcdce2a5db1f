"""The page of licences names what the tests install from npm, and nothing comes along under another licence."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
LOCK = json.loads((ROOT / "tests" / "services" / "node" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
OWN = {"dequeue": "BSD-2-Clause", "humanize": "MIT", "precond": "MIT"}
"""Packages that say their licence in a file only."""


def licence(path: str) -> str:
    return str(LOCK[path].get("license") or OWN[path.removeprefix("node_modules/")])


def test_every_peer_from_npm_stands_on_the_page_with_its_licence() -> None:
    direct = LOCK[""]["dependencies"]
    assert set(direct) == {"modbus-serial", "node-opcua", "sparkplug-payload"}
    for name in direct:
        row = re.search(rf"^\| {name} \|.*\| (\S+) \|$", PAGE, re.MULTILINE)
        assert row is not None, name
        assert row[1] == licence(f"node_modules/{name}")


def test_what_comes_along_is_under_a_licence_that_the_page_names() -> None:
    said = next(line for line in PAGE.splitlines() if line.startswith("What the three npm packages bring along"))
    found = {licence(path) for path in LOCK if path} - {"EPL-2.0"}
    assert found <= set(re.findall(r"[\w.-]+", said.split(". ")[0]))
    assert [path for path in LOCK if path and licence(path) == "EPL-2.0"] == ["node_modules/sparkplug-payload"]
