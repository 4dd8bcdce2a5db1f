"""A history to be asked over HTTP: the cloud's page by page, or an InfluxDB's `/query`."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from facility.clock import NS, from_iso, iso


@dataclass
class Recorder:
    """Rows of (point, value or None where bad, UTC ns), served in pages of `page`."""

    rows: Sequence[tuple[str, float | None, int]]
    page: int = 100
    token: str = "secret"
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def answer(self, path: str, query: dict[str, list[str]], authorization: str) -> tuple[int, Any]:
        self.asked.append(query)
        if authorization.partition(" ")[2] != self.token:
            return 401, {}
        return 200, self._page(query) if path.endswith("/history") else self._table(query["q"][0])

    def _page(self, query: dict[str, list[str]]) -> Any:
        start, end = from_iso(query["from"][0]), from_iso(query["to"][0])
        found = [r for r in self.rows if r[0] in query["point"] and r[1] is not None and start <= r[2] < end]
        found.sort(key=lambda r: r[2])
        begin = int(query.get("after", ["0"])[0])
        items = [
            {"point": p, "at": f"{iso(at)[:-5]}.{at % NS:09d}Z", "value": v}
            for p, v, at in found[begin : begin + self.page]
        ]
        return {"items": items, "next": str(begin + self.page) if begin + self.page < len(found) else None}

    def _table(self, query: str) -> Any:
        found = re.search(r"equipment = '(.*?)'.*time >= (\d+) AND time < (\d+)", query)
        assert found is not None
        equipment, start, end = found[1], int(found[2]), int(found[3])
        mine = [(p.partition(".")[2], v, at) for p, v, at in self.rows if p.partition(".")[0] == equipment]
        mine = [r for r in mine if start <= r[2] < end]
        names = sorted({name for name, _, _ in mine})
        columns = ["time", *(c for name in names for c in (name, f"{name}_q"))]
        values = []
        for name, value, at in mine:
            row: list[Any] = [at, *[None] * (len(columns) - 1)]
            row[columns.index(name if value is not None else f"{name}_q")] = 7 if value is None else value
            values.append(row)
        return {"results": [{"series": [{"columns": columns, "values": values}]} if values else {}]}


@contextmanager
def serving(recorder: Recorder) -> Iterator[str]:
    """Its address, on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            authorization = self.headers.get("Authorization", "")
            status, data = recorder.answer(parts.path, parse_qs(parts.query), authorization)
            body = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
