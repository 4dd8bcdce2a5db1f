import http.server
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from http import HTTPStatus

import psutil
import pytest

from tests.services import server as servers
from tests.services.fixtures import required
from tests.services.http import request
from tests.services.server import Server, ServerError, demand


class Web(Server):
    program = "python3"
    package = "python3"
    arguments: Sequence[str] = ("-m", "http.server", "--bind", "127.0.0.1")

    def find(self) -> str:
        return sys.executable

    def prepare(self) -> None:
        (self.folder / "page").write_text("a page")

    def command(self) -> Sequence[str]:
        return (self.executable, *self.arguments, str(self.port))

    def answers(self) -> bool:
        return request(self.port, "/page").status in (HTTPStatus.OK, HTTPStatus.NOT_FOUND)


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    yield server
    server.remove()


def test_it_is_our_child_in_a_folder_of_its_own(web: Web) -> None:
    web.start()
    assert psutil.Process(web.pid).ppid() == os.getpid()
    assert request(web.port, "/page").body == "a page"


def test_a_stop_and_a_start_keep_port_and_folder(web: Web) -> None:
    before = (web.start().port, web.folder)
    web.stop()
    assert not web.alive
    assert (web.start().port, web.folder) == before


def test_nothing_is_left_of_a_removed_server(web: Web) -> None:
    pid = web.start().pid
    web.remove()
    assert not psutil.pid_exists(pid)
    assert not web.folder.exists()


def test_a_stranger_on_the_port_is_not_taken_for_our_child(web: Web) -> None:
    stranger = http.server.HTTPServer(("127.0.0.1", web.port), http.server.SimpleHTTPRequestHandler)
    thread = threading.Thread(target=stranger.serve_forever)
    thread.start()
    web.arguments = ("-c", "import time; time.sleep(60)")
    try:
        with pytest.raises(ServerError, match="somebody else answered"):
            web.start()
    finally:
        stranger.shutdown()
        thread.join()
        stranger.server_close()
    assert not web.alive


def test_one_that_ends_at_its_start_fails_with_what_it_said(web: Web) -> None:
    web.arguments = ("-c", "import sys; sys.exit('no such configuration')")
    with pytest.raises(ServerError, match="no such configuration"):
        web.start()


def test_one_that_never_answers_is_ended(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "START_SECONDS", 0.3)
    web.arguments = ("-c", "import time; time.sleep(60)")
    with pytest.raises(ServerError, match="gave no answer"):
        web.start()
    assert not web.alive


def test_it_lives_as_long_as_its_block() -> None:
    with Web() as web:
        pid = web.pid
        assert web.alive
    assert not psutil.pid_exists(pid)
    assert not web.folder.exists()


def test_a_missing_program_skips_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_SERVICES", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install tidal-wave"), required():
        demand("tidal-waved", "tidal-wave")


def test_a_missing_program_fails_where_services_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_SERVICES", "1")
    with pytest.raises(pytest.fail.Exception, match="REQUIRE_SERVICES=1"), required():
        demand("tidal-waved", "tidal-wave")
