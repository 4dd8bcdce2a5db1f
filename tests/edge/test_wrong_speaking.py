"""Mistakes in the connections of lines that speak by themselves: told with file and line, before a socket opens."""

from pathlib import Path

import pytest

from edge.checking import check
from facility.errors import ConfigError, Mistake
from tests.services.opcua import make_certificates

SITE = """\
site: garden
name: {{zh: 花园, en: Garden}}
gateway: gw-1
connections:
  line:
    protocol: {protocol}
    {first}
    {second}
equipment:
  - {{id: e-1, type: {type}, model: {model}, connection: line, unit: e-1, name: {{zh: 设备, en: Equipment}}}}
"""
TYPES = {"opcua": ("elevator", "generic-opcua"), "mqtt": ("weather", "generic-mqtt")}
URL, HOST = 'url: "opc.tcp://192.0.2.1:4840"', "host: 192.0.2.1"
FIRST, SECOND, WHOLE = 7, 8, 5


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    make_certificates(folder)
    return folder


def told(folder: Path, protocol: str, first: str, second: str) -> list[Mistake]:
    type_, model = TYPES[protocol]
    text = SITE.format(protocol=protocol, first=first, second=second, type=type_, model=model)
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        check(folder / "site.yaml", {})
    return list(raised.value.mistakes)


@pytest.mark.parametrize(
    ("protocol", "first", "second", "line", "says"),
    [
        ("opcua", URL, "tick: 1s", SECOND, "tick belongs to lines that are asked; a line of opcua speaks by itself"),
        ("opcua", "longest_backoff: 5min", URL, FIRST, "longest_backoff belongs to lines that are asked"),
        ("mqtt", HOST, "tick: 1s", SECOND, "a line of mqtt speaks by itself: take tick away"),
        ("mqtt", HOST, "longest_backoff: 5min", SECOND, "longest_backoff belongs to lines that are asked"),
        ("opcua", URL, "user_certificate: user.der", SECOND, "there is no file"),
        ("opcua", URL, "key: {pki}/edge.pem", WHOLE, "certificate and key go together"),
        ("opcua", URL, "user_key: {pki}/user.pem", WHOLE, "user_certificate and user_key go together"),
        ("opcua", URL, "mode: guess", SECOND, "'auto', 'subscribe' or 'poll'"),
        ("opcua", URL, "security: Basic256/Sign", SECOND, "Basic256Sha256/Sign"),
        ("mqtt", HOST, "tls: true\n    ca: gone.pem", 9, "there is no file"),
        ("mqtt", HOST, "share: group", WHOLE, "shared subscriptions need version"),
        ("mqtt", HOST, "qos: 2", SECOND, "unknown key 'qos'"),
    ],
)
def test_one_mistake_is_told_with_its_line(
    tmp_path: Path, pki: Path, protocol: str, first: str, second: str, line: int, says: str
) -> None:
    (mistake, *more) = told(tmp_path, protocol, first, second.replace("{pki}", str(pki)))
    assert says in mistake.says
    assert (Path(mistake.file).name, mistake.line) == ("site.yaml", line)
    assert more == []


def test_a_user_without_security_and_with_another_s_key_is_told(tmp_path: Path, pki: Path) -> None:
    keys = f"user_certificate: {pki}/user.der\n    user_key: {pki}/edge.pem"
    (mistake,) = told(tmp_path, "opcua", URL, keys)
    assert "user_certificate needs security" in mistake.says
    keys += f"\n    security: Basic256Sha256/Sign\n    certificate: {pki}/edge.der\n    key: {pki}/edge.pem"
    (mistake,) = told(tmp_path, "opcua", URL, keys)
    assert "edge.pem is not the key of" in mistake.says
    right = keys.replace("user_key: " + str(pki / "edge.pem"), "user_key: " + str(pki / "user.pem"))
    (mistake,) = told(tmp_path, "opcua", URL, right + "\n    tick: 1s")
    assert "tick" in mistake.says, "and all else is right"
