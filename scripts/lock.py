"""`make lock`: hashed lock files from pyproject.toml that name no package index, so that any mirror serves them."""

import subprocess
import sys
from pathlib import Path

LOCKS = Path("requirements")
EXTRAS = ("edge", "cloud", "sim")
COMPILE = (
    "uv",
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--fork-strategy=fewest",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
)


def main() -> None:
    """Lock `dev` (everything) first; the extras then take its versions. Extra arguments go to uv: --upgrade."""
    whole = LOCKS / "dev.txt"
    lock(whole, "pyproject.toml", "--extra=dev", "--no-emit-package=gatehouse")
    for extra in EXTRAS:
        lock(LOCKS / f"{extra}.txt", "pyproject.toml", f"--extra={extra}", f"--constraints={whole}")
    lock(LOCKS / "uv.txt", str(LOCKS / "uv.in"))


def lock(target: Path, *arguments: str) -> None:
    """Write one lock file, keeping the versions in it that still fit."""
    subprocess.run([*COMPILE, *arguments, f"--output-file={target}", *sys.argv[1:]], check=True)
    print(f"{target}: {sum('==' in line for line in target.read_text(encoding='utf-8').splitlines())} libraries")


if __name__ == "__main__":
    main()
