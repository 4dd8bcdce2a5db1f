"""The same edge at the real InfluxDB 1.6 and the real VictoriaMetrics: they hold what the building had."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.end_to_end.agreement import Agreement
from tests.end_to_end.estate import Estate
from tests.end_to_end.lone_edge import LoneEdge
from tests.end_to_end.waiting import until
from tests.services.influx import Influx
from tests.services.victoria import Victoria

SAMPLED = ("measurement", "state", "counter")


def pointed(estate: Estate, **target: str) -> dict[str, Any]:
    """The estate's site with another historian and no cloud."""
    site = {**estate.site(), "historian": target}
    del site["cloud"]
    return site


def agreement_of(estate: Estate) -> Agreement:
    """Measurements travel only when they move by more than their deadband."""
    points = {e["id"]: e for e in estate.points().values() if e["kind"] in SAMPLED}
    return Agreement({id: p["kind"] for id, p in points.items()}, deadbands(points))


def deadbands(points: dict[str, dict[str, Any]]) -> dict[str, float]:
    """The widest that the shipped types have for such a unit."""
    from facility.resolve import read_site
    from tests.simulators.conftest import ESTATE

    found: dict[str, float] = {}
    for point in read_site(ESTATE).inventory.points:
        if point.id in points and (band := point.means.deadband) is not None:
            normal = point.means.normal
            width = normal.high - normal.low if normal and normal.high is not None and normal.low is not None else 0.0
            found[point.id] = band.absolute if band.absolute is not None else (band.percent or 0.0) / 100 * width
    return found


def test_influxdb_1_is_filled_with_what_the_building_had(estate: Estate, influx: Influx, tmp_path: Path) -> None:
    influx.create_database("estate")
    agreement = agreement_of(estate)
    with LoneEdge(tmp_path, pointed(estate, url=influx.url, api="v1", bucket="estate")) as edge:

        def agreed() -> bool:
            agreement.look(estate.values())
            held = dict(influx_last(influx, "estate"))
            agreement.look(estate.values())
            return not agreement.wrong(held)

        until(agreed, 90, lambda: f"InfluxDB and building differ: {agreement.last}\n{edge.log()[-2000:]}")
    assert len(agreement.exact) > 900


def influx_last(influx: Influx, database: str) -> Iterator[tuple[str, float]]:
    """The newest value of every point, asked of InfluxDB itself."""
    for type_ in [row[0] for row in influx.rows("SHOW MEASUREMENTS", database)]:
        text = influx.query(f'SELECT last(*) FROM "{type_}" GROUP BY equipment, instance', database)  # noqa: S608
        for series in json.loads(text)["results"][0].get("series", []):
            tags = [series["tags"]["equipment"], series["tags"]["instance"]]
            for column, value in zip(series["columns"], series["values"][0], strict=True):
                field = column.removeprefix("last_")
                if column != "time" and not field.endswith("_q") and value is not None:
                    yield ".".join(t for t in [*tags, field] if t), float(value)


def test_victoria_metrics_is_filled_with_what_the_building_had(
    estate: Estate, victoria: Victoria, tmp_path: Path
) -> None:
    agreement = agreement_of(estate)
    token = {"env": "ANY_TOKEN"}
    site = pointed(estate, url=victoria.url, api="v2", org="o", bucket="estate")
    site["historian"]["token"] = token
    with LoneEdge(tmp_path, site, ANY_TOKEN="any") as edge:

        def agreed() -> bool:
            agreement.look(estate.values())
            held = dict(victoria_last(victoria))
            agreement.look(estate.values())
            return not agreement.wrong(held)

        until(agreed, 90, lambda: f"VictoriaMetrics and building differ: {agreement.last}\n{edge.log()[-2000:]}")
    assert len(agreement.exact) > 900


def victoria_last(victoria: Victoria) -> Iterator[tuple[str, float]]:
    """The newest value of every point, from VictoriaMetrics' own export."""
    for series in victoria.export('{site="riverside"}'):
        labels: Any = series["metric"]
        values: Any = series["values"]
        name = str(labels["__name__"])
        type_ = next((t for t in TYPES if name.startswith(f"{t}_")), None)
        if type_ is None:
            # Another test's, in the same shared server.
            continue
        field = name.removeprefix(f"{type_}_")
        if not field.endswith("_q"):
            yield ".".join(t for t in [labels["equipment"], labels.get("instance"), field] if t), float(values[-1])


TYPES = sorted((p.name for p in Path("facility/equipment").iterdir() if p.is_dir()), key=len, reverse=True)
