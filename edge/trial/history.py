"""Recorded samples of a time, from the cloud's history or an InfluxDB, in columns by point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, Self
from urllib.parse import urlsplit

import numpy as np

from edge.endpoint import Endpoint
from edge.points import B1, PointTable
from facility.batch import F8, I8, U4
from facility.clock import from_iso, iso
from facility.errors import DeliveryError

if TYPE_CHECKING:
    import httpx

TOGETHER: Final = 50
"""Points of one question: the cloud takes no more."""
PAGE: Final = 50_000
REPLY: Final = 60.0
SPAN: Final = 86_400 * 10**9
"""One question of an InfluxDB spans a day, so that its answer stays small."""

Told = Callable[[int, int], None]
"""How much of the work is done: (done, of all)."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Samples by time: point index, value, whether it was good, UTC ns."""

    point: U4
    value: F8
    good: B1
    at: I8

    def __len__(self) -> int:
        return len(self.at)

    @classmethod
    def of(cls, rows: Iterator[tuple[int, float, bool, int]]) -> Self:
        """Sort rows of (point, value, good, at) by time; of one time the order stays."""
        found = np.array(list(rows), [("point", "u4"), ("value", "f8"), ("good", "?"), ("at", "i8")])
        found = found[np.argsort(found["at"], kind="stable")]
        return cls(*(np.ascontiguousarray(found[name]) for name in ("point", "value", "good", "at")))


class History(Protocol):
    """Somewhere that samples were recorded."""

    def read(self, table: PointTable, start: int, end: int, told: Told) -> Recorded:
        """Everything of the sampled points in [start, end), UTC ns; DeliveryError where it does not answer."""


class CloudHistory:
    """`GET /api/v1/history`: it has values only; times when a point was bad are silences in it."""

    def __init__(self, endpoint: Endpoint, site: str) -> None:
        self._endpoint = endpoint
        self._site = site

    def read(self, table: PointTable, start: int, end: int, told: Told) -> Recorded:
        """As History says."""
        return Recorded.of(self._rows(table, start, end, told))

    def _rows(self, table: PointTable, start: int, end: int, told: Told) -> Iterator[tuple[int, float, bool, int]]:
        names = [table.ids[i] for i in np.flatnonzero(table.sampled)]
        with _client(self._endpoint, "Bearer") as client:
            for done in range(0, len(names), TOGETHER):
                told(done, len(names))
                asked = {"point": names[done : done + TOGETHER], "site": self._site, "limit": PAGE}
                for row in self._pages(client, {**asked, "from": iso(start), "to": iso(end)}):
                    if isinstance(value := row["value"], int | float):
                        yield table.by_id[row["point"]], float(value), True, _nanoseconds(row["at"])
        told(len(names), len(names))

    def _pages(self, client: httpx.Client, asked: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        after: str | None = None
        while True:
            page = _asked(
                client, f"{self._endpoint.base}/api/v1/history", {**asked, **({"after": after} if after else {})}
            )
            yield from page["items"]
            if not (after := page["next"]):
                return


class InfluxHistory:
    """InfluxQL over `GET /query`, which InfluxDB 1, 2, 3 and VictoriaMetrics' kin answer: values and bad quality."""

    def __init__(self, endpoint: Endpoint, site: str, bucket: str) -> None:
        self._endpoint = endpoint
        self._site = site
        self._bucket = bucket

    def read(self, table: PointTable, start: int, end: int, told: Told) -> Recorded:
        """As History says."""
        return Recorded.of(self._rows(table, start, end, told))

    def _rows(self, table: PointTable, start: int, end: int, told: Told) -> Iterator[tuple[int, float, bool, int]]:
        series: dict[tuple[str, str, str], dict[str, int]] = {}
        for i in np.flatnonzero(table.sampled).tolist():
            point, owner = table.points[i], table.owners[i]
            series.setdefault((owner.type, owner.id, point.instance), {})[point.point] = i
        with _client(self._endpoint, "Token") as client:
            for done, (key, points) in enumerate(series.items()):
                told(done, len(series))
                for begin in range(start, end, SPAN):
                    yield from self._series(client, key, points, (begin, min(begin + SPAN, end)))
        told(len(series), len(series))

    def _series(
        self, client: httpx.Client, key: tuple[str, str, str], points: Mapping[str, int], span: tuple[int, int]
    ) -> Iterator[tuple[int, float, bool, int]]:
        type_, equipment, instance = key
        where = f"site = '{self._site}' AND equipment = '{equipment}'"
        where += f" AND instance = '{instance}'" if instance else ""
        query = f'SELECT * FROM "{type_}" WHERE {where} AND time >= {span[0]} AND time < {span[1]}'  # noqa: S608 - ids are Ids
        asked = {"db": self._bucket, "epoch": "ns", "q": query}
        for result in _asked(client, f"{self._endpoint.base}/query", asked)["results"]:
            if "error" in result:
                raise DeliveryError(f"the historian at {self._endpoint.url} refuses the question: {result['error']}")
            for table in result.get("series", ()):
                yield from _columns(table["columns"], table["values"], points)


def _columns(
    columns: list[str], rows: list[list[Any]], points: Mapping[str, int]
) -> Iterator[tuple[int, float, bool, int]]:
    place = {name: i for i, name in enumerate(columns)}
    wanted = [(p, place.get(name), place.get(f"{name}_q")) for name, p in points.items()]
    for row in rows:
        for point, value, quality in wanted:
            if value is not None and isinstance(row[value], int | float):
                yield point, float(row[value]), True, int(row[place["time"]])
            elif quality is not None and row[quality]:
                yield point, float("nan"), False, int(row[place["time"]])


def _client(endpoint: Endpoint, scheme: str) -> httpx.Client:
    import httpx

    headers = {} if endpoint.token is None else {"Authorization": f"{scheme} {endpoint.token()}"}
    return httpx.Client(headers=headers, timeout=httpx.Timeout(REPLY, connect=5.0), trust_env=not endpoint.loopback)


def _asked(client: httpx.Client, url: str, asked: Mapping[str, Any]) -> Any:
    import httpx

    try:
        answer = client.get(url, params=dict(asked))
    except httpx.HTTPError as error:
        raise DeliveryError(f"the history at {_host(url)} does not answer: {error}") from error
    if answer.status_code in (401, 403):
        raise DeliveryError(
            f"the history at {_host(url)} refuses the token: make one with the scope history:read and name its variable"
            " with --token-env"
        )
    if answer.status_code != 200:
        raise DeliveryError(f"the history at {_host(url)} answers {answer.status_code}: {answer.text[:300]}")
    return answer.json()


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _nanoseconds(at: str | int) -> int:
    """UTC ns of RFC 3339 with up to nine digits of a second, which datetime can't read."""
    if isinstance(at, int):
        return at
    head, _, rest = at.rstrip("Z").partition(".")
    return from_iso(f"{head}+00:00") + int((rest or "0").ljust(9, "0")[:9])
