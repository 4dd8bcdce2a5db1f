"""The built web pages, as files beside this module for the cloud to serve."""

from pathlib import Path


def dist() -> Path | None:
    """The folder of the built pages, None where they were not built (`make setup` builds them)."""
    folder = Path(__file__).resolve().parent / "dist"
    return folder if (folder / "index.html").is_file() else None
