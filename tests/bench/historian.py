"""How fast the embedded historian takes line protocol over its own HTTP door, and answers a chart."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator

import httpx
import numpy as np

from tests.bench._measured import share
from tests.end_to_end.estate import Estate
from tests.measure import Figure, measure

SERIES = 50
LINES = 100
"""Lines of one request, fifty fields each: 5,000 values."""
REQUESTS = 200


@measure(area="historian")
def write_and_chart() -> Iterator[Figure]:
    """200 requests of 5,000 values by one client, then charts of one point over them."""
    with Estate() as estate, httpx.Client(base_url=estate.url, timeout=60, trust_env=False) as client:
        token = (estate.folder.edge / "cloud.token").read_text(encoding="utf-8").strip()
        headers = {"authorization": f"Token {token}", "content-encoding": "gzip"}
        start = time.time_ns() - LINES * REQUESTS * 1_000_000_000
        prepared = list(bodies(start))
        began = time.perf_counter()
        times = [posted(client, headers, body) for body in prepared]
        rate = LINES * SERIES * REQUESTS / (time.perf_counter() - began)
        how = f"{REQUESTS} gzip requests of {LINES} lines × {SERIES} fields, one client, durable when answered (204)"
        yield Figure.at_least("historian write", rate, "values/s", 100_000, how)
        yield Figure.at_most("historian write p99", 1000 * share(times, 0.99), "ms", 250, how)
        charts = [charted(estate, client) for _ in range(50)]
        how = "one point, 6 h in 500 buckets, over GET /series, while the estate writes"
        yield Figure.at_most("historian chart p99", 1000 * share(charts, 0.99), "ms", 200, how)


def bodies(start: int) -> Iterator[bytes]:
    """One line a second and equipment, as the edge writes them."""
    noise = np.random.default_rng(1)
    for request in range(REQUESTS):
        lines = []
        for n in range(LINES):
            fields = ",".join(f"p{i}={value:.6g}" for i, value in enumerate(noise.normal(50, 5, SERIES)))
            lines.append(f"bench,site=riverside,equipment=b1 {fields} {start + (request * LINES + n) * 1_000_000_000}")
        yield gzip.compress("\n".join(lines).encode(), 1)


def posted(client: httpx.Client, headers: dict[str, str], body: bytes) -> float:
    """Seconds of one write."""
    began = time.perf_counter()
    answer = client.post("/api/v2/write?org=gatehouse&bucket=riverside&precision=ns", content=body, headers=headers)
    assert answer.status_code == 204, answer.text
    return time.perf_counter() - began


def charted(estate: Estate, client: httpx.Client) -> float:
    """Seconds of one chart."""
    began = time.perf_counter()
    query = {"point": "pump-1.flow", "from": "-6h", "to": "now", "buckets": "500"}
    headers = {"authorization": f"Bearer {estate.token()}"}
    answer = client.get("/api/v1/series", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return time.perf_counter() - began
