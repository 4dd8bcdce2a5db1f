"""Generated files: every module in scripts/generators/ says what it would write; this compares or writes.

A generator is a module with `files(root: Path) -> Mapping[str, str]`: path from the root, text. No list to edit.
"""

import argparse
import difflib
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GENERATORS = Path(__file__).resolve().parent / "generators"
DIFF_LINES = 40


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where a generated file differs from what its generator says now."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the files instead of comparing them")
    write = parser.parse_args(arguments).write
    stale = [(name, text) for name, text in generated() if read(ROOT / name) != text]
    for name, text in stale:
        if write:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(text, encoding="utf-8")
            print(f"written: {name}")
        else:
            print(f"{name} is out of date: run `make generate`.", *difference(name, text), sep="\n")
    return 0 if write else min(len(stale), 1)


def generated(folder: Path = GENERATORS) -> Iterator[tuple[str, str]]:
    """What all generators would write: path from the root, and text."""
    for path in sorted(folder.glob("[!_]*.py")):
        files: Mapping[str, str] = importlib.import_module(f"scripts.generators.{path.stem}").files(ROOT)
        yield from sorted(files.items())


def read(path: Path) -> str:
    """The file's text, empty where there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def difference(name: str, text: str) -> list[str]:
    """The first lines in which the file and its generator differ."""
    lines = difflib.unified_diff(
        read(ROOT / name).splitlines(), text.splitlines(), f"{name} (committed)", f"{name} (generated)", lineterm=""
    )
    return [line for line, _ in zip(lines, range(DIFF_LINES), strict=False)]


if __name__ == "__main__":
    sys.exit(main())
