"""A historian that only counts: takes any POST as a write, answers 204, `GET /count` says how many values came.

`python -m tests.bench._sink` prints its port and serves until it is ended.
"""

from __future__ import annotations

import gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Counting(BaseHTTPRequestHandler):
    """Values are counted by their `=` in the field part of a line."""

    protocol_version = "HTTP/1.1"
    values = 0

    def do_POST(self) -> None:
        body = gzip.decompress(self.rfile.read(int(self.headers["content-length"])))
        Counting.values += sum(line.split(b" ")[1].count(b"=") for line in body.splitlines())
        self.send_response(204)
        self.end_headers()

    def do_GET(self) -> None:
        body = str(Counting.values).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library calls it so
        del format, args


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    print(server.server_port, flush=True)
    server.serve_forever()
