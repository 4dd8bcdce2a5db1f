"""The description of the API, the same bytes every time: `python -m cloud.openapi > openapi.json`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cloud.app import create_app
from cloud.settings import Settings


def text() -> str:
    """The description as JSON, keys in order."""
    description = create_app(Settings(data=Path())).openapi()
    return json.dumps(description, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
