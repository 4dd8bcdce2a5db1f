"""InfluxDB 1.6, as Debian ships it: `/write`, `/query`, `/ping`; it has no `/api/v2`."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlencode

from tests.services.http import Answer, request
from tests.services.ports import free_port
from tests.services.server import Server

CONFIGURATION = """\
reporting-disabled = true
bind-address = "{host}:{rpc}"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
index-version = "tsi1"
[http]
bind-address = "{host}:{port}"
log-enabled = false
[monitor]
store-enabled = false
"""


class Influx(Server):
    """`url` takes v1 writes and InfluxQL."""

    program = "influxd"
    package = "influxdb"

    def __init__(self) -> None:
        super().__init__()
        self._rpc = free_port()

    @property
    def url(self) -> str:
        """The address of its HTTP interface."""
        return f"http://{self.host}:{self.port}"

    def command(self) -> Sequence[str]:
        """In the foreground, with its own configuration."""
        return (self.executable, "run", "-config", str(self.folder / "influxd.conf"))

    def prepare(self) -> None:
        """The configuration, all folders and ports its own."""
        text = CONFIGURATION.format(host=self.host, rpc=self._rpc, port=self.port, folder=self.folder)
        (self.folder / "influxd.conf").write_text(text, encoding="utf-8")

    def answers(self) -> bool:
        """Whether /ping is answered."""
        return request(self.port, "/ping").status == HTTPStatus.NO_CONTENT

    def create_database(self, name: str) -> None:
        """Create it if it is not there."""
        assert "error" not in self.query(f'CREATE DATABASE "{name}"', method="POST")

    def write(self, database: str, lines: str, precision: str = "ns") -> Answer:
        """Write line protocol; the server's own answer, also a refusal."""
        path = "/write?" + urlencode({"db": database, "precision": precision})
        return request(self.port, path, method="POST", body=lines.encode())

    def query(self, statement: str, database: str = "", *, method: str = "GET") -> str:
        """The JSON text that answers one InfluxQL statement; times in nanoseconds."""
        path = "/query?" + urlencode({"q": statement, "db": database, "epoch": "ns"})
        answer = request(self.port, path, method=method)
        assert answer.status == HTTPStatus.OK, answer
        return answer.body

    def rows(self, statement: str, database: str) -> list[list[object]]:
        """The rows of the one series that a query answers; none where it finds nothing."""
        result = json.loads(self.query(statement, database))["results"][0]
        assert "error" not in result, result
        series = result.get("series", [])
        assert len(series) <= 1, f"{len(series)} series; ask for one"
        rows: list[list[object]] = series[0]["values"] if series else []
        return rows
