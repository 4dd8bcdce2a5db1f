from typing import Any

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
            (told,) = about(bots, GROUP, "困人")
        finally:
            estate.clear("lift-2")
        assert "生命安全" in told.json["text"]["content"]
        assert estate.url in told.json["text"]["content"]
        sent = until(lambda: sent_of(estate, "困人"), PATIENCE)
        assert {d["life_safety"] for d in sent} == {True}


def sent_of(estate: Estate, word: str) -> list[dict[str, Any]]:
    """The messages with this word that a channel has taken."""
    found = estate.items("notification/deliveries")
    return [each for each in found if each["state"] == "sent" and word in each["title"]["zh"]]
