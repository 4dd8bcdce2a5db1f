from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from facility.batch import Note
from facility.clock import NS, from_iso
from facility.inventory import Inventory
from facility.site import Route
from simulators.plant import Plant
from tests.simulators.conftest import Shown

DAY = 86_400 * NS


def _fields(note: Note) -> Mapping[str, object]:
    assert isinstance(note.data, Mapping)
    return note.data


def _notes(plant: Plant, equipment: str, point: str) -> list[Note]:
    points = plant.inventory.points
    return [n for n in plant.drain() if points[n.point].id == f"{equipment}.{point}"]


def _rounds(inventory: Inventory, notes: list[Note], route: Route) -> list[list[tuple[str, Note]]]:
    tags = {c.tag: c.id for c in route.checkpoints}
    reads = [(tags[str(_fields(n)["tag"])], n) for n in notes if "tag" in _fields(n) and _fields(n)["tag"] in tags]
    rounds: list[list[tuple[str, Note]]] = []
    for read in reads:
        if read[0] == route.checkpoints[0].id:
            rounds.append([])
        rounds[-1].append(read)
    return rounds


def test_guards_walk_the_routes_in_order_and_in_time(inventory: Inventory) -> None:
    start = from_iso("2026-11-18T01:30:00+08:00")
    plant = Plant(inventory, start=start)
    plant.advance(start + DAY, step=60.0)
    notes = plant.drain()
    midnight = from_iso("2026-11-18T00:00:00+08:00")
    for route in inventory.routes:
        rounds = _rounds(inventory, notes, route)
        assert len(rounds) == len(route.starts)
        for walked in rounds:
            assert [c for c, _ in walked] == [c.id for c in route.checkpoints]
            begins = [midnight + (int(s[:2]) * 3600 + int(s[3:]) * 60) * NS for s in route.starts]
            due = max(b + d for b in begins for d in (0, DAY) if b + d <= walked[0][1].time)
            for checkpoint, (_, note) in zip(route.checkpoints, walked, strict=True):
                seconds = (note.time - due) / NS
                assert (checkpoint.after or 0.0) <= seconds <= (checkpoint.before or 1e9)
            assert len({_fields(n)["guard"] for _, n in walked}) == 1
            gaps = [(b.time - a.time) / NS for (_, a), (_, b) in pairwise(walked)]
            assert min(gaps) >= 60.0


def test_a_missed_checkpoint_is_walked_past(inventory: Inventory) -> None:
    start = from_iso("2026-11-18T11:59:00+08:00")
    plant = Plant(inventory, start=start)
    plant.inject("patrol-a-roof", "missed")
    plant.advance(start + 3600 * NS, step=10.0)
    readers = Counter(plant.inventory.points[n.point].id for n in plant.drain())
    assert readers["patrol-a-roof.read"] == 0
    assert readers["patrol-a-10.read"] == 1
    plant.clear("patrol-a-roof")
    plant.advance(from_iso("2026-11-18T17:00:00+08:00"), step=30.0)
    assert len(_notes(plant, "patrol-a-roof", "read")) == 1


def test_a_reader_with_a_wrong_clock_says_so(shown: Shown) -> None:
    shown.plant.drain()
    shown.plant.inject("patrol-a-roof", "clock_shifted", {"by": "10min"})
    shown.plant.inject("patrol-a-roof", "passes_by", {"guard": "guard-2"})
    shown.run(1)
    (note,) = _notes(shown.plant, "patrol-a-roof", "read")
    clock = _fields(note)["reader_clock"]
    assert isinstance(clock, int)
    assert clock - note.time == 600 * NS
    assert _fields(note)["guard"] == "guard-2"


def test_people_come_by_time_of_day(inventory: Inventory) -> None:
    start = from_iso("2026-11-18T00:00:00+08:00")
    plant = Plant(inventory, start=start)
    plant.advance(start + DAY, step=30.0)
    points = inventory.points
    notes = plant.drain()
    assert notes == sorted(notes, key=lambda n: n.time)
    hours = Counter((n.time - start) // (3600 * NS) for n in notes if points[n.point].point == "granted")
    assert hours[7] > 8 * max(1, hours[3])
    passages = [n for n in notes if points[n.point].point == "passage"]
    granted = [n for n in notes if points[n.point].point == "granted"]
    assert abs(len(passages) - len(granted)) <= 6
    counted = sum(plant.counters()[p.id] for p in points if p.point in ("passages_in", "passages_out"))
    fresh = Plant(inventory, start=start).counters()
    assert counted - sum(fresh[p.id] for p in points if p.point in ("passages_in", "passages_out")) == len(passages)
    assert {_fields(n)["kind"] for n in passages} == {"person", "vehicle"}
    assert 0 < sum(points[n.point].point == "denied" for n in notes) < 0.05 * len(granted)


def test_misdeeds_at_a_gate_are_messages(shown: Shown) -> None:
    plant = shown.plant
    plant.drain()
    plant.inject("door-garage-a", "expired_card", {"times": "4"})
    shown.run(20)
    denied = [_fields(n) for n in _notes(plant, "door-garage-a", "denied")]
    assert [d["reason"] for d in denied].count("credential_expired") == 4
    assert len({d["card"] for d in denied if d["reason"] == "credential_expired"}) == 1
    plant.inject("door-garage-a", "tailgating", {"times": "1"})
    shown.run(20)
    assert sum(bool(_fields(n)["tailgating"]) for n in _notes(plant, "door-garage-a", "passage")) == 1
    plant.inject("barrier-in", "pedestrian")
    shown.run(3)
    assert "person" in {_fields(n)["kind"] for n in _notes(plant, "barrier-in", "passage")}
    plant.inject("barrier-in", "waved_through")
    shown.run(3)
    assert "remote" in {_fields(n)["credential"] for n in _notes(plant, "barrier-in", "granted")}
    plant.inject("door-lobby-b", "wrong_card", {"times": "5"})
    plant.inject("door-lobby-b", "duress")
    shown.run(20)
    said = plant.drain()
    points = plant.inventory.points
    assert (
        sum(
            _fields(n).get("reason") == "unknown_credential"
            for n in said
            if points[n.point].id == "door-lobby-b.denied"
        )
        >= 5
    )
    assert any(_fields(n).get("credential") == "duress" for n in said)
    assert plant.active() == []
