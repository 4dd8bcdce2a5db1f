import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.services.postgres import Postgres


async def test_what_is_written_is_read(postgres_url: str) -> None:
    engine = create_async_engine(postgres_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE place (name text)"))
        await connection.execute(text("INSERT INTO place VALUES ('泵房')"))
        assert (await connection.execute(text("SELECT name FROM place"))).scalar_one() == "泵房"
    await engine.dispose()


def test_each_database_is_its_own(postgres: Postgres) -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        postgres.sql("CREATE TABLE place (name text)", url.rpartition("/")[2])

    urls = [postgres.database(postgres.template("with_places", prepare)) for _ in range(2)]
    first, second = (url.rpartition("/")[2] for url in urls)
    postgres.sql("INSERT INTO place VALUES ('roof')", first)
    assert len(prepared) == 1
    assert postgres.sql("SELECT name FROM place", first) == "roof"
    assert postgres.sql("SELECT name FROM place", second) == ""
    for url in urls:
        postgres.drop(url)
    assert postgres.sql("SELECT count(*) FROM pg_database WHERE datname LIKE 'test_%'") == "0"


@pytest.fixture
def rooms(postgres: Postgres) -> str:
    """A template with tables that hang together."""

    def prepare(url: str) -> None:
        made = "CREATE TABLE alembic_version (n int); INSERT INTO alembic_version VALUES (7);"
        made += "CREATE TABLE place (id serial PRIMARY KEY, name text);"
        made += "CREATE TABLE room (place int REFERENCES place (id));"
        postgres.sql(made, url.rpartition("/")[2])

    return postgres.template("with_rooms", prepare)


def test_a_lent_one_comes_back_empty_and_begins_to_count_anew(postgres: Postgres, rooms: str) -> None:
    found = []
    for _ in range(2):
        url = postgres.lend(rooms)
        name = url.rpartition("/")[2]
        found.append((name, postgres.sql("SELECT (SELECT count(*) FROM place) + (SELECT count(*) FROM room)", name)))
        inserted = postgres.sql("INSERT INTO place (name) VALUES ('roof') RETURNING id", name)
        postgres.sql("INSERT INTO room SELECT id FROM place", name)
        postgres.sql("INSERT INTO place (name) VALUES ('cellar'); DELETE FROM place WHERE name = 'cellar'", name)
        assert (inserted, postgres.sql("SELECT n FROM alembic_version", name)) == ("1", "7")
        postgres.give_back(rooms, url)
    assert found == [(name, "0"), (name, "0")]


@pytest.mark.parametrize("change", ["UPDATE alembic_version SET n = 8", "ALTER TABLE room DROP COLUMN place"])
def test_one_whose_tables_were_changed_is_not_lent_again(postgres: Postgres, rooms: str, change: str) -> None:
    url = postgres.lend(rooms)
    postgres.sql(change, url.rpartition("/")[2])
    postgres.give_back(rooms, url)
    other = postgres.lend(rooms)
    assert other != url
    assert postgres.sql("SELECT n FROM alembic_version", other.rpartition("/")[2]) == "7"
    postgres.give_back(rooms, other)


def test_what_was_committed_survives_a_kill(postgres: Postgres) -> None:
    url = postgres.database()
    name = url.rpartition("/")[2]
    postgres.sql("CREATE TABLE place (name text); INSERT INTO place VALUES ('roof')", name)
    with postgres.away():
        assert not postgres.alive
    assert postgres.sql("SELECT name FROM place", name) == "roof"
    postgres.drop(url)
