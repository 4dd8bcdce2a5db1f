"""VictoriaMetrics: takes `/write` and `/api/v2/write`, keeps milliseconds and floats, answers PromQL."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlencode

from tests.services.http import Answer, request
from tests.services.server import Server


class Victoria(Server):
    """`flush()` makes what was written visible; without it that takes ten seconds.

    A kill loses the last seconds, flushed or not; `stop()` loses nothing.
    """

    program = "victoria-metrics"
    package = "victoria-metrics"

    @property
    def url(self) -> str:
        """The address of its HTTP interface."""
        return f"http://{self.host}:{self.port}"

    def prepare(self) -> None:
        """It takes all that it needs from its command line."""

    def command(self) -> Sequence[str]:
        """In the foreground; the newest samples are not held back from queries."""
        return (
            self.executable,
            f"-storageDataPath={self.folder}/data",
            f"-httpListenAddr={self.host}:{self.port}",
            "-retentionPeriod=10y",
            "-search.latencyOffset=0s",
        )

    def answers(self) -> bool:
        """Whether /health is answered."""
        return request(self.port, "/health").status == HTTPStatus.OK

    def write(self, lines: str, path: str = "/write?precision=ns") -> Answer:
        """Write line protocol; 204 also for lines that it drops."""
        return request(self.port, path, method="POST", body=lines.encode())

    def flush(self) -> None:
        """Make all that was written visible to queries."""
        assert request(self.port, "/internal/force_flush").status == HTTPStatus.OK

    def export(self, selector: str) -> list[dict[str, object]]:
        """The raw series that match, each with `metric`, `values`, `timestamps` (ms); flushes first."""
        self.flush()
        answer = request(self.port, "/api/v1/export?" + urlencode({"match[]": selector}))
        assert answer.status == HTTPStatus.OK, answer
        return [json.loads(line) for line in answer.body.splitlines()]
