from tests.end_to_end.agreement import Agreement
from tests.end_to_end.estate import Estate
from tests.end_to_end.waiting import until

SAMPLED = ("measurement", "state", "counter")


def test_every_point_of_every_equipment_is_good(estate: Estate) -> None:
    points = estate.points()
    equipment = {e["id"] for e in estate.items("equipment")}
    assert len(equipment) >= 50
    sampled = {id: p for id, p in points.items() if p["kind"] in SAMPLED}
    assert len(sampled) >= 600
    assert {p["equipment"] for p in sampled.values()} == equipment

    def not_good() -> list[str]:
        return [p["id"] for p in estate.points().values() if p["kind"] in SAMPLED and p["quality"] != "good"]

    until(lambda: not not_good(), 60, lambda: f"not good: {not_good()}")


def test_the_api_names_the_points_that_the_building_has(estate: Estate) -> None:
    assert {id for id, p in estate.points().items() if p["kind"] in SAMPLED} == set(estate.values())


def test_every_value_is_one_that_the_building_had(estate: Estate) -> None:
    agreement = Agreement({id: p["kind"] for id, p in estate.points().items() if p["kind"] in SAMPLED})

    def agreed() -> bool:
        agreement.look(estate.values())
        shown = {id: p["value"] for id, p in estate.points().items() if p["kind"] in SAMPLED}
        agreement.look(estate.values())
        return not agreement.wrong(shown)

    until(agreed, 60, lambda: f"building and API differ: {agreement.last}")
    assert len(agreement.exact) > 900
