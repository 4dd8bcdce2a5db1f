from __future__ import annotations

from facility.event import AlarmRaised
from tests.edge.linkage.house import House


def raised(house: House, rule: str) -> list[tuple[str, str, bool]]:
    return [
        (d.equipment, d.instance, d.data.drill)
        for d in house.drafts
        if isinstance(d.data, AlarmRaised) and d.data.rule == rule
    ]


def test_two_addresses_confirm_and_each_effect_is_timed() -> None:
    house = House()
    house.say(("panel.a1.fire", 1.0))
    house.wait(2)
    house.say(("gate.on", 1.0))
    house.wait(1)
    house.say(("panel.a2.fire", 1.0))
    house.wait(1.5)
    house.say(("door.on", 1.0))
    house.wait(1)
    house.say(("pump.on", 1.0))
    assert house.told() == [
        "0 opened z1 since=0",
        "2 seen z1 since=0 effect=gate",
        "3 confirmed z1 since=0 by=addresses seen={'gate': -1.0}",
        "4.5 seen z1 since=0 effect=door seconds=1.5",
        "5.5 seen z1 since=0 effect=pump seconds=2.5",
    ]
    house.wait(60)
    assert house.alarms == {}


def test_a_second_detector_is_a_second_alarm_and_confirms() -> None:
    house = House()
    house.say(("panel.a1.fire", 1.0))
    assert raised(house, "fire_confirmed") == []
    house.say(("panel.a2.fire", 1.0))
    assert raised(house, "fire") == [("panel", "a1", False), ("panel", "a2", False)]
    assert raised(house, "fire_confirmed") == [("panel", "z1", False)]
    assert house.told()[-1] == "0 confirmed z1 since=0 by=addresses"


def test_a_call_point_confirms_alone_and_the_checklist_opens_with_the_sample() -> None:
    house = House()
    house.wait(1)
    house.say(("panel.m1.fire", 1.0))
    assert house.told() == ["1 opened z1 since=1", "1 confirmed z1 since=1 by=call_point"]


def test_each_missing_one_alarms_within_a_second_of_its_time_out_and_is_latched_when_it_comes_late() -> None:
    house = House()
    house.say(("panel.m1.fire", 1.0), ("gate.on", 0.0), ("pump.on", 0.0))
    house.wait(3)
    assert house.alarms == {}, "one poll more than its time-out"
    house.wait(1)
    assert house.alarms == {"door": "active"}
    house.wait(2)
    assert house.alarms == {"door": "active", "gate": "active", "pump": "active"}
    missing = [t for t in house.told() if "missing" in t]
    assert missing == [
        "3.75 missing z1 since=0 effect=door within=3.0",
        "4.75 missing z1 since=0 effect=pump within=4.0 known",
        "5.75 missing z1 since=0 effect=gate within=5.0 known",
    ]
    house.say(("door.on", 1.0))
    assert house.told()[-1] == "6 seen z1 since=0 effect=door seconds=6.0"
    assert house.alarms["door"] == "latched"


def test_what_goes_again_before_the_confirmation_proves_nothing() -> None:
    house = House()
    house.say(("panel.a1.fire", 1.0), ("door.on", 1.0))
    house.say(("door.on", 0.0))
    house.say(("panel.a2.fire", 1.0))
    assert house.told() == [
        "0 opened z1 since=0",
        "0 seen z1 since=0 effect=door already",
        "0 confirmed z1 since=0 by=addresses",
    ]
    house.wait(4)
    assert house.alarms == {"door": "active"}


def test_the_unknown_is_not_released_and_a_stored_message_is_no_evidence() -> None:
    house = House()
    house.say(("panel.m1.fire", 1.0), ("door.on", None))
    house.say(("gate.on", 1.0), retained=True)
    house.wait(6)
    assert set(house.alarms) == {"door", "gate", "pump"}


def test_an_address_that_is_not_known_any_more_still_burns() -> None:
    house = House()
    house.say(("panel.a1.fire", 1.0))
    house.say(("panel.a1.fire", None))
    house.say(("panel.a2.fire", 1.0))
    assert house.told()[-1].split()[1] == "confirmed"
    house.say(("panel.a2.fire", 0.0))
    assert house.told()[-1].split()[1] == "confirmed", "the other may burn on"
    house.say(("panel.a1.fire", 0.0))
    assert house.told()[-1] == "0 closed z1 since=0 reason=panel_reset"


def test_a_fire_that_nobody_confirmed_closes_without_an_alarm() -> None:
    house = House()
    house.say(("panel.a1.fire", 1.0))
    house.wait(60)
    house.say(("panel.a1.fire", 0.0))
    assert house.told()[-1] == "60 closed z1 since=0 reason=not_confirmed"
    assert house.alarms == {}


def test_people_confirm_the_first_detector() -> None:
    house = House()
    house.say(("panel.b1.fire", 1.0))
    house.wait(2)
    assert house.confirm("b1", "false") is None
    assert house.told() == ["0 opened z2 since=0"]
    assert house.confirm("b1") is None
    assert house.told()[-1] == "2 confirmed z2 since=0 by=instruction"
    assert house.confirm("b1") is None, "confirming twice changes nothing"
    assert len(house.told()) == 2
    house.say(("panel.b1.fire", 0.0))
    assert house.confirm("b1") == "no fire is open in z2: its addresses are back to normal"


def test_a_zone_s_own_alarm_is_confirmed_too() -> None:
    house = House()
    house.say(("panel.a1.fire", 1.0))
    assert house.confirm("z1", rule="fire_confirmed") is None
    assert house.told()[-1] == "0 confirmed z1 since=0 by=instruction"


def test_a_drill_waits_for_its_fire_alarm_and_everything_of_it_is_marked() -> None:
    house = House()
    assert house.drill("z1", on=True) is None
    assert house.drill("z1", on=True) == "a drill is on in z1 already"
    house.wait(60)
    house.say(("panel.m1.fire", 1.0))
    house.wait(4)
    assert house.told() == [
        "0 opened z1 since=0 drill",
        "60 confirmed z1 since=0 drill by=call_point",
        "63.75 missing z1 since=0 drill effect=door within=3.0",
    ]
    assert raised(house, "linkage_missing") == [("door", "on", True)]
    refusal = house.drill("z1", on=False)
    assert refusal == "still in alarm: panel.m1; reset the panel first"
    house.say(("panel.m1.fire", 0.0))
    assert house.told()[-1] == "64 closed z1 since=0 drill reason=panel_reset"
    house.say(("panel.a1.fire", 1.0))
    assert house.told()[-1] == "64 opened z1 since=64 drill", "until the drill is ended"
    house.say(("panel.a1.fire", 0.0))
    assert house.drill("z1", on=False) is None
    assert house.told()[-1] == "64 closed z1 since=64 drill reason=drill_ended"
    assert house.drill("z1", on=False) == "no drill is on in z1"
    house.say(("panel.a1.fire", 1.0))
    assert house.told()[-1] == "64 opened z1 since=64"
    assert (house.drill("z1", on=True) or "").startswith("there is a fire in z1 since")


def test_a_drill_may_begin_at_once_and_ends_itself_when_it_is_forgotten() -> None:
    house = House()
    assert house.drill("z2", on=True, at_once=True) is None
    assert house.told() == ["0 opened z2 since=0 drill", "0 confirmed z2 since=0 drill by=drill"]
    house.clock.advance(4 * 3600)
    house.wait(0.25)
    assert house.told()[-1].endswith("closed z2 since=0 drill reason=drill_ended")
    assert (house.drill("z9", on=True) or "").startswith("no fire zone 'z9' with linkage")


def test_a_real_fire_in_a_drill_is_no_drill_any_more() -> None:
    house = House()
    house.drill("z1", on=True)
    house.say(("panel.m1.fire", 1.0))
    house.wait(4)
    assert house.confirm("m1") is None
    assert house.told()[-1] == "4 marked z1 since=0"
    house.wait(1)
    assert raised(house, "linkage_missing") == [("door", "on", True), ("pump", "on", False)]


def test_a_fire_that_people_find_to_be_a_drill_is_marked() -> None:
    house = House()
    house.say(("panel.m1.fire", 1.0))
    assert house.confirm("m1", "drill") is None
    assert house.told()[-1] == "0 marked z1 since=0 drill"


def test_one_thing_that_two_zones_lack_is_one_alarm() -> None:
    house = House()
    house.say(("panel.m1.fire", 1.0), ("panel.b1.fire", 1.0), ("door.on", 1.0), ("gate.on", 1.0))
    house.confirm("b1")
    house.wait(5)
    assert len([t for t in house.told() if "missing" in t]) == 2
    assert raised(house, "linkage_missing") == [("pump", "on", False)]
    house.say(("panel.m1.fire", 0.0))
    assert house.alarms == {"pump": "active"}, "the other zone still lacks it"
    house.say(("panel.b1.fire", 0.0))
    assert house.alarms == {"pump": "latched"}


def test_a_zone_that_left_the_site_is_closed_after_a_restart() -> None:
    house = House()
    house.say(("panel.m1.fire", 1.0))
    house.wait(4)
    kept = house.inventory.linkage
    house.inventory = house.inventory.model_copy(update={"linkage": kept[1:]})
    house.restart()
    assert house.told()[-1] == "4 closed z1 since=0 reason=removed"
    assert house.alarms == {}


def test_the_time_that_the_gateway_was_away_counts() -> None:
    house = House()
    house.say(("panel.m1.fire", 1.0))
    house.clock.advance(2)
    house.restart()
    house.wait(1.5)
    assert house.alarms == {}
    house.wait(0.25)
    assert house.alarms == {"door": "active"}
    house.restart()
    house.wait(0.25)
    assert house.alarms == {"door": "active"}
    assert len([t for t in house.told() if "missing" in t]) == 1
