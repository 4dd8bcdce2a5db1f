"""Serial ports that refuse: a pseudo-terminal has no parity and eight data bits."""

import logging
import os
from collections.abc import Iterator
from pty import openpty
from typing import Any

import pytest

from drivers.modbus.connection import Connection
from drivers.modbus.transport.opening import opened


@pytest.fixture
def port() -> Iterator[str]:
    ends = openpty()
    yield os.ttyname(ends[1])
    for end in ends:
        os.close(end)


async def open_and_close(**keys: Any) -> None:
    wire = await opened(Connection.model_validate(keys), lambda _wire, _why: None)
    assert wire.alive
    wire.close()


async def test_a_port_without_parity_is_opened_without_where_the_site_names_none(
    port: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await open_and_close(serial=port)
    assert "write parity: none" in caplog.text
    caplog.clear()
    await open_and_close(serial=port, parity="none")
    assert caplog.text == ""


@pytest.mark.parametrize("keys", [{"parity": "even"}, {"parity": "none", "data_bits": 7, "framing": "ascii"}])
async def test_settings_that_a_port_refuses_are_named(port: str, keys: dict[str, Any]) -> None:
    with pytest.raises(OSError, match=r"refuses its settings: baud 9600, parity .*parity: none and data_bits: 8"):
        await open_and_close(serial=port, **keys)


async def test_a_port_that_is_not_there_is_named() -> None:
    with pytest.raises(OSError, match="/dev/nowhere"):
        await open_and_close(serial="/dev/nowhere")
