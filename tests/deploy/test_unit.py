import re
import shutil
import subprocess
from pathlib import Path

import pytest

from edge.cli import main

UNIT = Path(__file__).parents[2] / "deploy" / "gatehouse-edge.service"
analyze = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


@analyze
def test_the_unit_is_hardened() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    score = re.search(r"Overall exposure level for gatehouse-edge.service: ([0-9.]+)", said.stdout)
    assert score is not None, said.stderr
    assert float(score[1]) <= 2.0
    assert "ignoring" not in said.stderr


def test_the_unit_starts_the_agent_with_options_that_it_has() -> None:
    (line,) = re.findall(r"^ExecStart=/opt/gatehouse/bin/gatehouse edge run (.*)$", UNIT.read_text(), re.MULTILINE)
    options = {word for word in line.split() if word.startswith("--")}
    assert options <= {option for parameter in main.commands["run"].params for option in parameter.opts}
    for needed in ("Type=notify", "WatchdogSec=", "Restart=always"):
        assert needed in UNIT.read_text()
