"""Figures out of days: verdicts, evidence, what an order needs; and machines found by their points' names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from cloud.conditions.figure import seen
from cloud.conditions.figures import figures
from cloud.conditions.naming import machine_name
from cloud.conditions.parts import Part, parts_of
from cloud.conditions.schemas import Figure
from cloud.conditions.sets import sets_of
from cloud.conditions.store import KeptDay
from facility.clock import NS
from facility.condition.pump import hydraulic_kw
from facility.condition.tally import Lifted, Often, Pumped, Rise, Run, Tally
from facility.inventory import InventoryEquipment
from tests.cloud.conditions.months import equipment, lift, point, pump

HOUR = 3_600 * NS
DAY = 24 * HOUR


def days(part: Part, *tallies: Tally) -> list[KeptDay]:
    first = date(2026, 11, 1)
    return [
        KeptDay("riverside", *part.key, first + timedelta(days=n), tally, "", DAY * n, DAY * n, 0)
        for n, tally in enumerate(tallies)
    ]


def found(means: InventoryEquipment, tallies: Sequence[Tally]) -> dict[str, Figure]:
    (part,) = parts_of("riverside", means)
    return {figure.id: figure for figure in figures(seen(part, days(part, *tallies)))}


def pumped(kwh: float, m3: float, **more: object) -> Tally:
    return Tally(length=DAY, days=1, pumped=Pumped(known=DAY, kwh=kwh, m3=m3)).model_copy(update=more)


def test_the_textbook_pump_point_comes_out_of_a_day_of_it() -> None:
    lifted = Lifted(known=DAY, hydraulic=24 * hydraulic_kw(180, 32), electric=24 * 24.0)
    run = Run(known=DAY, held=DAY, first=True, last=True)
    said = found(pump("pump-1"), [pumped(24 * 24.0, 24 * 180.0, lifted=lifted, running=run)])
    efficiency, specific = said["efficiency"], said["specific_energy"]
    assert efficiency.value == pytest.approx(65.4, abs=0.05)
    assert specific.value == pytest.approx(0.133, abs=0.0005)
    assert (efficiency.verdict, efficiency.known, efficiency.order) == ("good", 1.0, None)
    assert specific.points == ("pump-1.energy", "pump-1.power", "pump-1.flow")


def test_a_pump_that_takes_more_for_its_water_is_a_finding_with_its_order() -> None:
    said = found(pump("pump-1"), [*[pumped(10, 100)] * 10, *[pumped(12, 100)] * 7])["specific_energy"]
    assert (said.verdict, said.says.en) == ("attention", "The last 7 days +20 % against those before")
    assert said.limit == pytest.approx(0.115)
    assert said.order is not None
    assert (said.order.equipment, said.order.trade) == ("pump-1", "plumbing")
    assert said.order.text.zh == "pump-1:近7天比之前+20%"
    assert found(pump("pump-1"), [pumped(10, 100)] * 11)["specific_energy"].verdict == "told"
    assert found(pump("pump-1"), [pumped(0, 0)])["specific_energy"].verdict == "unknown"


@pytest.mark.parametrize(
    ("rated", "verdict", "limit"),
    [
        ({"power": 3.7, "direct_on_line": 1.0, "poles": 2.0}, "attention", 8.1),
        ({"power": 3.7, "direct_on_line": 1.0, "poles": 4.0}, "good", 16.3),
        ({"power": 3.7, "direct_on_line": 1.0}, "attention", 8.1),
        ({"power": 3.7}, "told", None),
        ({"power": 400.0, "direct_on_line": 1.0}, "told", None),
    ],
)
def test_starts_are_held_against_the_motor_only_direct_on_line(
    rated: dict[str, float], verdict: str, limit: float | None
) -> None:
    tally = Tally(
        length=DAY, days=1, often=Often(most=12, at=5 * HOUR, known=DAY), counters={"starts": Rise(amount=40)}
    )
    said = found(pump("pump-1", rated=rated), [tally])["starts_per_hour"]
    assert (said.value, said.verdict, said.limit) == (12, verdict, limit)


def test_a_set_is_out_of_balance_where_one_starts_far_more() -> None:
    pumps = [pump(f"pump-{n}", serves=["a-low", "b-low"]) for n in (1, 2)] + [pump("pump-3", serves=["a-high"])]
    parts = [part for each in pumps for part in parts_of("riverside", each)]
    together = sets_of(parts)
    assert [sorted(each.equipment.id for each in some) for some in together.values()] == [["pump-1", "pump-2"]] * 2

    def worked(starts: float, hours: int) -> Tally:
        run = Run(known=DAY, held=hours * HOUR, first=True, last=True)
        return Tally(length=DAY, days=1, running=run, counters={"starts": Rise(amount=starts)})

    kept = [(parts[0], days(parts[0], *[worked(6, 15)] * 8)), (parts[1], days(parts[1], *[worked(4, 5)] * 8))]
    said = {f.id: f for f in figures(seen(*kept[0], kept))}["balance"]
    assert (said.value, said.verdict) == (75.0, "attention")
    assert [each.value for each in said.evidence] == [105.0, 35.0, 42.0, 28.0]


def test_an_elevator_has_its_availability_from_what_is_known() -> None:
    down = Run(known=20 * HOUR, held=HOUR // 2, begins=2, first=False, last=False)
    counters = {"door_cycles": Rise(amount=5000.0), "door_reversals": Rise(amount=300.0), "trips": Rise(amount=900.0)}
    means = [
        point("mode", "state", "", ((0, "out_of_service"), (1, "normal"), (2, "inspection"))),
        *(point(id, "counter", "1") for id in ("trips", "door_cycles", "door_reversals")),
    ]
    tally = Tally(length=DAY, days=1, down=down, inspection=Run(known=20 * HOUR), counters=counters)
    said = found(equipment("lift-1", "elevator", means), [tally])
    assert {id: figure.value for id, figure in said.items()} == {
        "availability": 97.5, "out_of_service": 30.0, "mtbf": 9.75, "mttr": 0.25, "trips": 900.0, "reversals": 60.0,
    }  # fmt: skip
    assert said["availability"].known == pytest.approx(20 / 24)
    assert [said[id].verdict for id in ("availability", "mtbf", "reversals")] == ["attention", "told", "attention"]
    assert said["availability"].order is not None
    nothing = found(lift("lift-1"), [Tally(length=DAY, days=1, down=Run(), inspection=Run())])
    assert (nothing["availability"].verdict, nothing["mttr"].value) == ("unknown", None)


def test_a_leak_shows_at_night() -> None:
    def night(flow: float) -> Tally:
        return Tally(length=DAY, days=1, night=Pumped(known=2 * HOUR, m3=2 * flow))

    meter = equipment("water-1", "water_meter", [point("flow", "measurement", "L/s")])
    said = found(meter, [*[night(1.0)] * 6, night(1.8)])["night_flow"]
    assert (said.value, said.verdict, said.limit) == (1.8, "attention", 1.5)
    assert found(meter, [*[night(1.0)] * 6, night(1.4)])["night_flow"].verdict == "good"
    assert found(meter, [night(0.0)] * 3)["night_flow"].verdict == "told"


@pytest.mark.parametrize(
    ("part", "roles", "zh", "en"),
    [
        ("pump_1", {"running": ("1号泵运行", "Pump 1 running"), "run_time": ("1号泵运行时间", "Pump 1 run time")},
         "1号泵", "Pump 1"),
        ("pump_2", {"running": ("2号泵运行", "Pump 2 runs"), "fault": ("2号泵故障", "Pump 2 down")}, "2号泵", "Pump 2"),
        ("pump_1", {"running": ("运行", "Runs")}, "1号", "No. 1"),
        ("jockey", {"running": ("运行", "Runs"), "fault": ("故障", "Fault")}, "jockey", "jockey"),
    ],
)  # fmt: skip
def test_a_part_is_called_what_its_points_share(part: str, roles: dict[str, tuple[str, str]], zh: str, en: str) -> None:
    on = ((0, "normal"), (1, "running"), (2, "fault"))
    told = [
        (point(f"{part}_run_time", "counter", "h") if role == "run_time" else point(f"{part}_{role}", "state", "", on))
        | {"name": {"zh": names[0], "en": names[1]}}
        for role, names in roles.items()
    ]
    means = equipment("sump-1", "sump", told)
    (found_part,) = parts_of("riverside", means)
    assert machine_name(found_part).model_dump() == {"zh": f"{means.name.zh} {zh}", "en": f"{means.name.en} {en}"}


def test_machines_are_found_by_the_names_kinds_and_units_of_points() -> None:
    on = ((0, "stopped"), (1, "running"))
    sump = equipment("sump-1", "sump", [
        point("level", "measurement", "m"), point("pump_1_running", "state", "", on),
        point("pump_1_starts", "counter", "1"), point("pump_2_running", "state", "", on),
        point("pump_2_run_time", "counter", "min"),
    ])  # fmt: skip
    one, two = parts_of("riverside", sump)
    assert (one.name, sorted(one.sources), two.sources["run_time"].factor) == ("pump_1", ["running", "starts"], 1 / 60)
    assert sorted(sets_of([one, two])) == [("riverside", ("sump-1", "pump_1")), ("riverside", ("sump-1", "pump_2"))]
    assert parts_of("riverside", equipment("m", "power_meter", [point("energy_import", "counter", "kW.h")])) == []
    detector = [point("fault", "state", "", ((0, "normal"), (1, "fault")))]
    assert parts_of("riverside", equipment("panel", "fire_alarm_panel", detector)) == [], "a fault alone is no machine"
    odd = equipment("p", "pump", [point("flow", "measurement", "Cel"), point("running", "state", "", ((0, "a"),))])
    assert parts_of("riverside", odd) == [], "a flow in degrees is none, and a state without `running` neither"
