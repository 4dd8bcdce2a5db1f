from http import HTTPStatus

from tests.services.influx import Influx

TIME = 1_760_000_000_000_000_000


def test_what_is_written_is_read(influx: Influx) -> None:
    influx.create_database("written")
    answer = influx.write("written", f"pump,equipment=pump-1 pressure=4.5,running=true {TIME}\n")
    assert answer.status == HTTPStatus.NO_CONTENT
    assert influx.rows("SELECT pressure, running FROM pump", "written") == [[TIME, 4.5, True]]


def test_a_bad_line_is_refused_with_its_reason(influx: Influx) -> None:
    influx.create_database("refused")
    answer = influx.write("refused", "pump pressure=\n")
    assert answer.status == HTTPStatus.BAD_REQUEST
    assert "missing field value" in answer.body


def test_what_was_written_survives_a_kill(influx: Influx) -> None:
    influx.create_database("survived")
    influx.write("survived", f"pump pressure=1 {TIME}\n")
    with influx.away():
        assert not influx.alive
    assert influx.rows("SELECT pressure FROM pump", "survived") == [[TIME, 1.0]]
