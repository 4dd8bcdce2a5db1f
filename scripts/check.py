"""`make check`: every check runs, side by side, and each that fails is shown whole."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

DASHBOARDS = Path("dashboards")
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One command that must end with 0."""

    name: str
    command: tuple[str, ...]
    folder: Path = Path()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check ended: `text` is all that it said, `seconds` how long it took."""

    check: Check
    ok: bool
    text: str
    seconds: float


def checks() -> Iterator[Check]:
    """The slow ones first."""
    python = sys.executable
    yield Check("types (mypy)", (python, "-m", "mypy", "--no-error-summary"))
    if "check" in npm_scripts():
        yield Check("dashboards (npm run check)", ("npm", "run", "--silent", "check"), DASHBOARDS)
    yield Check("generated files", (python, "-m", "scripts.generated"))
    yield Check("import rules", (str(Path(python).with_name("lint-imports")), "--no-cache", "--no-logo"))
    yield Check("lint (ruff)", (python, "-m", "ruff", "check", "--quiet", "."))
    yield Check("form (ruff format)", (python, "-m", "ruff", "format", "--quiet", "--diff", "."))


def npm_scripts() -> frozenset[str]:
    """The scripts that the dashboards define; none where there are no dashboards yet."""
    package = DASHBOARDS / "package.json"
    if not package.exists():
        return frozenset()
    return frozenset(json.loads(package.read_text(encoding="utf-8")).get("scripts", {}))


def run(check: Check) -> Outcome:
    """Run one check to its end."""
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=check.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, done.returncode == 0, done.stdout, time.monotonic() - began)


def main() -> int:
    """1 where any check failed."""
    failed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for outcome in pool.map(run, checks()):
            failed += not outcome.ok
            print(f"{'ok  ' if outcome.ok else 'FAIL'}  {outcome.check.name}  {outcome.seconds:.1f} s", flush=True)
            if not outcome.ok:
                print(outcome.text, flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
