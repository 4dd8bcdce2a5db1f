"""Refreshes the pictures of the README from the canned pages: `python -m scripts.screenshots` after `make setup`."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
TAKEN: Final = ROOT / "build" / "screenshots"
KEPT: Final = ROOT / "docs" / "screenshots"
PICTURES: Final = ("overview-zh-light", "control-room-zh-dark", "equipment-en-light")


def main() -> int:
    """Take every page's picture as the browser tests do, keep those that the README shows."""
    command = (sys.executable, "-m", "pytest", "-q", "tests/browser/test_pages.py", "-k", "shows_itself")
    if (code := subprocess.run(command, cwd=ROOT, check=False).returncode) != 0:
        return code
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        shutil.copyfile(TAKEN / f"{name}.png", KEPT / f"{name}.png")
    print(f"{len(PICTURES)} pictures are in {KEPT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
