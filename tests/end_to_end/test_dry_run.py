from tests.end_to_end.dry_run import DryRun
from tests.end_to_end.estate import Estate
from tests.end_to_end.listening import Listening
from tests.end_to_end.waiting import until


def test_a_dry_pump_is_one_alarm_and_one_order_until_it_is_mended(estate: Estate, stream: Listening) -> None:
    pump = DryRun(estate)
    known = {alarm["id"] for alarm in pump.all()}
    pump.inject()
    alarm = pump.raised()
    assert alarm["id"] not in known
    assert alarm["site"] == "riverside"
    order = pump.order()
    assert order["state"] == "reported"
    assert alarm["work_order"] == order["id"]
    told = stream.wait("alarm", lambda a: a["id"] == alarm["id"] and a["detection"] == "active")
    assert told.data["equipment"] == "pump-1"
    stream.wait("work_order", lambda o: o["id"] == order["id"])

    pump.inject()
    after_a_second_inject(estate, stream)
    assert [a["id"] for a in pump.active()] == [alarm["id"]]
    assert {a["id"] for a in pump.all()} == known | {alarm["id"]}

    pump.clear()
    stream.wait("alarm", lambda a: a["id"] == alarm["id"] and a["detection"] == "cleared")
    assert not pump.active()

    pump.inject()
    again = pump.raised()
    assert again["id"] == alarm["id"], "returned, and nobody had seen it: it is taken up again"
    assert again["raises"] == 2
    assert again["work_order"] == order["id"]
    assert len(estate.orders("pump-1", "dry_run")) == 1
    pump.clear()
    until(lambda: not pump.active())


def after_a_second_inject(estate: Estate, stream: Listening) -> None:
    """An alarm that was raised later has arrived: a second one of the first would be there too."""
    estate.inject("fire-panel", "shielded", address="l1d001")
    stream.wait("alarm", lambda a: (a["rule"], a["instance"], a["detection"]) == ("shielded", "l1d001", "active"))
    estate.clear("fire-panel", "shielded")
    until(lambda: not estate.active("fire-panel", "shielded"))
