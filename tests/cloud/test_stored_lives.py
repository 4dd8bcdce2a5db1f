from __future__ import annotations

from cloud.database.opening import database_of
from cloud.settings import Settings
from facility.alarm import Post
from tests.cloud.stored_lives import StoredLives, shown


async def test_a_walk_through_the_store_breaks_nothing_and_its_statistics_are_those_of_a_recount(
    settings: Settings,
) -> None:
    async with database_of(settings.database_url) as database:
        lives = StoredLives(database, seed=6)
        await lives.begin()
        await lives.walk(300)
        for post in (None, Post.CONTROL_ROOM, Post.ENGINEERING):
            found, counted = await lives.recounted(post)
            assert shown(found) == counted
            assert sum(shift.raises for shift in found.shifts) == found.whole.raises
        assert lives.done["raise"] > 20
        assert lives.done["shelve refused"] > 0
