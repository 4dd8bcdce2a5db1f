from tests.cloud.notification.bots import answering_beside
from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.told import GROUP, HOOK, about, two_kinds
from tests.end_to_end.waiting import until


def test_a_trapped_person_is_told_by_two_kinds_of_channel(estate: Estate) -> None:
    with answering_beside() as bots:
        two_kinds(estate, bots)
        estate.inject("lift-2", "person_trapped")
        try:
            until(lambda: about(bots, GROUP, "困人") and about(bots, HOOK, "困人"), PATIENCE)
        finally:
            estate.clear("lift-2")
        (told,) = about(bots, GROUP, "困人")
        assert "生命安全" in told.json["text"]["content"]
        assert estate.url in told.json["text"]["content"]
        sent = until(lambda: [d for d in estate.items("notification/deliveries") if d["state"] == "sent"], PATIENCE)
        assert {d["life_safety"] for d in sent if "困人" in d["title"]["zh"]} == {True}
