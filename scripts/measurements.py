"""`make bench` and `make prove`: run what stands in `tests/bench/` and `tests/proofs/`, write JSON, show a table.

Each file runs in a process of its own, so that memory and CPU time are its own, and one that dies takes nothing with
it. Exit code 1 where a figure misses its target.
"""

import argparse
import asyncio
import importlib
import json
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.measure import Figure, Measured

ROOT = Path(__file__).resolve().parent.parent
FILE_SECONDS = 3600.0
"""A file that runs longer is ended and counts as failed."""


def files(folder: Path, only: str | None) -> list[Path]:
    """The folder's measuring files, of one area or all."""
    found = sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))
    return [path for path in found if only is None or area_of(path) == only]


def area_of(path: Path) -> str:
    """The first word of the file's name."""
    return path.stem.partition("_")[0]


def figures_of(path: Path) -> Iterator[Figure]:
    """Run every measurement of a file, in the order they stand there."""
    parts = path.resolve().relative_to(ROOT).with_suffix("").parts
    module = importlib.import_module(".".join(parts))
    marked = [function for function in vars(module).values() if "area" in getattr(function, "__dict__", {})]
    if not marked:
        yield Figure.failed(path.stem, "the file holds no function with @measure")
    for function in marked:
        name = f"{path.stem}.{function.__name__}"
        if function.area != area_of(path):
            yield Figure.failed(name, f"area {function.area!r} in a file of {area_of(path)!r}: rename one of them")
            continue
        try:
            yield from flattened(function())
        except Exception as error:  # noqa: BLE001 - one measurement's end is not the others'
            traceback.print_exc()
            yield Figure.failed(name, f"{type(error).__name__}: {error}")


def flattened(measured: Measured) -> Iterator[Figure]:
    """What a measurement returned, awaited where it must be, one figure at a time."""
    if isinstance(measured, Awaitable):
        measured = asyncio.run(arrived(measured))
    if isinstance(measured, Figure):
        yield measured
    else:
        yield from measured


async def arrived(measured: Awaitable[Figure | Iterable[Figure]]) -> Figure | Iterable[Figure]:
    """What an async measurement returns, as the coroutine that `asyncio.run` asks for."""
    return await measured


def run_here(path: Path, target: Path) -> None:
    """In the child: append each figure to the target as soon as it stands."""
    with target.open("a", encoding="utf-8") as lines:
        for figure in figures_of(path):
            lines.write(json.dumps(asdict(figure), ensure_ascii=False) + "\n")
            lines.flush()


def run_apart(path: Path, seconds: float = FILE_SECONDS) -> list[Figure]:
    """In the parent: the figures of one file, and one that failed if its process did not end well."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-measure-") as folder:
        target = Path(folder) / "figures.jsonl"
        target.touch()
        command = [sys.executable, "-m", "scripts.measurements", "file", str(path), str(target)]
        try:
            code = subprocess.run(command, cwd=ROOT, timeout=seconds, check=False).returncode
            end = f"its process ended with {code}" if code else ""
        except subprocess.TimeoutExpired:
            end = f"not finished after {seconds:g} s"
        figures = [Figure(**json.loads(line)) for line in target.read_text(encoding="utf-8").splitlines()]
    return [*figures, Figure.failed(path.stem, end)] if end else figures


def table(figures: Iterable[Figure]) -> Table:
    """The figures for a person."""
    shown = Table("", "name", "value", "unit", "target", "how")
    for figure in figures:
        value = "–" if figure.value is None else f"{figure.value:,.6g}"
        shown.add_row("✓" if figure.ok else "✗", figure.name, value, figure.unit, figure.target, figure.how)
    return shown


def run_all(kind: str, target: Path, only: str | None) -> int:
    """Run a folder's files one after another, write the JSON, print the table; the exit code."""
    folder = ROOT / "tests" / kind
    chosen = files(folder, only)
    if only and not chosen:
        areas = ", ".join(sorted({area_of(path) for path in files(folder, None)})) or "none yet"
        print(f"no area {only!r} in tests/{kind}; there are: {areas}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for path in chosen:
        print(f"{kind}: {path.stem} …", flush=True)
        figures += run_apart(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(figure) for figure in figures], ensure_ascii=False, indent=2)
    target.write_text(text + "\n", encoding="utf-8")
    Console().print(table(figures))
    return int(not all(figure.ok for figure in figures))


def main() -> int:
    """`bench|proofs TARGET [--only AREA]`, or `file PATH TARGET` in the child."""
    parser = argparse.ArgumentParser(description="Run measurements.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind in ("bench", "proofs"):
        command = kinds.add_parser(kind)
        command.add_argument("target", type=Path)
        command.add_argument("--only")
    child = kinds.add_parser("file")
    child.add_argument("path", type=Path)
    child.add_argument("target", type=Path)
    arguments = parser.parse_args()
    if arguments.kind == "file":
        run_here(arguments.path, arguments.target)
        return 0
    return run_all(arguments.kind, arguments.target, arguments.only)


if __name__ == "__main__":
    sys.exit(main())
