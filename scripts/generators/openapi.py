"""docs/api/openapi.json: the cloud's API, for readers and for the dashboards' types."""

from collections.abc import Mapping
from pathlib import Path

from cloud.openapi import text


def files(_: Path) -> Mapping[str, str]:
    """The description of the API as the code has it now."""
    return {"docs/api/openapi.json": text()}
