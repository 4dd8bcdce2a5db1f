from http import HTTPStatus

from tests.services.victoria import Victoria

MILLISECONDS = 1_760_000_000_000


def written(victoria: Victoria, site: str, path: str) -> list[dict[str, object]]:
    answer = victoria.write(f"pump,site={site} pressure=4.5 {MILLISECONDS}000000\n", path)
    assert answer.status == HTTPStatus.NO_CONTENT
    return victoria.export(f'pump_pressure{{site="{site}"}}')


def test_what_is_written_the_old_way_is_read(victoria: Victoria) -> None:
    (series,) = written(victoria, "old-way", "/write?precision=ns")
    assert (series["timestamps"], series["values"]) == ([MILLISECONDS], [4.5])


def test_what_is_written_the_v2_way_is_read(victoria: Victoria) -> None:
    (series,) = written(victoria, "v2-way", "/api/v2/write?org=o&bucket=b&precision=ns")
    assert (series["timestamps"], series["values"]) == ([MILLISECONDS], [4.5])


def test_a_stop_in_good_order_keeps_what_was_written(victoria: Victoria) -> None:
    assert len(written(victoria, "stopped", "/write?precision=ns")) == 1
    victoria.stop()
    victoria.start()
    assert len(victoria.export('pump_pressure{site="stopped"}')) == 1
