"""The demo's folder: what stands where, and the two files that scripts look for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from facility import yaml_source


@dataclass(frozen=True, slots=True)
class Folder:
    """`DIR/credentials.json` (0600), `DIR/demo.json`, and a folder each for cloud, edge and sim."""

    root: Path

    @property
    def cloud(self) -> Path:
        return self.root / "cloud"

    @property
    def edge(self) -> Path:
        return self.root / "edge"

    @property
    def sim(self) -> Path:
        return self.root / "sim"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def credentials(self) -> Path:
        return self.root / "credentials.json"

    @property
    def site(self) -> Path:
        return self.edge / "site.yaml"

    @property
    def history_done(self) -> Path:
        """There once history has been written."""
        return self.root / "history.json"

    def read(self, path: Path) -> dict[str, Any]:
        """A JSON file of this folder."""
        return dict(json.loads(path.read_text(encoding="utf-8")))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def write_site(folder: Folder, estate: Path, connections: dict[str, Any], url: str) -> None:
    """The estate's site file with the ports that were free and the cloud's address."""
    site = yaml_source.load(estate).data
    token = {"file": "cloud.token"}
    site["connections"] = connections
    site["historian"] = {"url": url, "api": "v2", "org": "gatehouse", "bucket": site["site"], "token": token}
    site["cloud"] = {"url": url, "token": token}
    folder.edge.mkdir(parents=True, exist_ok=True)
    text = "# Made by `gatehouse demo` at each start from the estate's site file; edits are lost.\n"
    folder.site.write_text(text + yaml.safe_dump(site, allow_unicode=True, sort_keys=False), encoding="utf-8")
