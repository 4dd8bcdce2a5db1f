"""A Sparkplug B encoder that shares no code with ours: npm's sparkplug-payload, as our own child."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.services.node_program import node
from tests.services.server import MissingError

FOLDER = Path(__file__).with_name("node")


class Encoder:
    """Needs `npm ci` in tests/services/node, which `make services` does."""

    def __init__(self) -> None:
        if not (FOLDER / "node_modules" / "sparkplug-payload").exists():
            raise MissingError(f"sparkplug-payload is not installed (npm ci in {FOLDER.name}, or make services)")
        self._child = subprocess.Popen(
            [node(), str(FOLDER / "sparkplug_encoder.js")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def encode(self, payload: dict[str, Any]) -> bytes:
        """The bytes of a payload: `timestamp`, `seq`, `metrics` of `name`, `type`, `value` …, as the library says."""
        return bytes.fromhex(self._ask(json.dumps(payload)))

    def decode(self, data: bytes) -> list[dict[str, Any]] | None:
        """The metrics of a payload, their fields as on the wire (64 bits as text); None where it is none."""
        found: list[dict[str, Any]] | None = json.loads(self._ask("?" + data.hex()))
        return found

    def _ask(self, line: str) -> str:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(line + "\n")
        self._child.stdin.flush()
        said = self._child.stdout.readline().strip()
        assert said, f"the encoder ended at {line}"
        return said

    def remove(self) -> None:
        """End it."""
        self._child.kill()
        self._child.communicate()
